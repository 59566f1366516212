package dev.espalier.problem;

import org.jspecify.annotations.Nullable;

/// One problem for a policy.
///
/// @param id       unique within its set; part of the key of every random number drawn for it
/// @param text     the question, natural language with LaTeX
/// @param gold     the gold answer (bare, without `\boxed`), or null where none is known (typed by a person)
/// @param solution a worked solution, or null
/// @param subject  for grouping; "" where the file names none
/// @param level    difficulty 1 (easy) to 5, 0 where the file names none
/// @param task     name of the kind of problem that it is, "" where the file names none: its kind is then guessed from its text
/// @param payload  what the task needs besides, in a form of its own (JSON); "" for nothing
public record Problem(String id, String text, @Nullable String gold, @Nullable String solution, String subject, int level, String task, String payload) {

    /// Of a kind that is to be guessed.
    public Problem(String id, String text, @Nullable String gold, @Nullable String solution, String subject, int level) {
        this(id, text, gold, solution, subject, level, "", "");
    }

    /// A problem typed by a person; its id is made from its text so that the same text gives the same search.
    public static Problem typed(String text, @Nullable String gold) {
        return new Problem("typed-" + Integer.toHexString(text.strip().hashCode()), text.strip(), gold, null, "", 0);
    }

    public Problem withId(String other) {
        return new Problem(other, text, gold, solution, subject, level, task, payload);
    }

    public Problem withTask(String name) {
        return new Problem(id, text, gold, solution, subject, level, name, payload);
    }

    /// Without what no strategy may know.
    public Problem withoutGold() {
        return new Problem(id, text, null, null, subject, level, task, payload);
    }
}
