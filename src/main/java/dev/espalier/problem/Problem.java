package dev.espalier.problem;

import org.jspecify.annotations.Nullable;

/// One task for a policy.
///
/// @param id       unique within its set; part of the key of every random number drawn for it
/// @param text     the question, natural language with LaTeX
/// @param gold     the gold answer (bare, without `\boxed`), or null where none is known (typed by a person)
/// @param solution a worked solution, or null
/// @param subject  for grouping; "" where the file names none
/// @param level    difficulty 1 (easy) to 5, 0 where the file names none
public record Problem(String id, String text, @Nullable String gold, @Nullable String solution, String subject, int level) {

    /// A problem typed by a person; its id is made from its text so that the same text gives the same search.
    public static Problem typed(String text, @Nullable String gold) {
        return new Problem("typed-" + Integer.toHexString(text.strip().hashCode()), text.strip(), gold, null, "", 0);
    }
}
