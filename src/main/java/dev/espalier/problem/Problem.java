package dev.espalier.problem;

import org.jspecify.annotations.Nullable;

/// A problem for a policy to solve.
///
/// @param id       unique within its set; part of the key of every random number drawn for the problem
/// @param text     the question, natural language with LaTeX
/// @param gold     the gold answer (bare, without `\boxed`); null if unknown, as for a typed problem
/// @param solution a worked solution, or null
/// @param subject  for grouping; "" if the file names none
/// @param level    difficulty 1 (easy) to 5; 0 if the file names none
/// @param task     the name of its task, the kind of problem; "" if the file names none, then the task is guessed from
///                 the text
/// @param payload  further data for the task, in the task's own JSON format; "" for none
public record Problem(
        String id,
        String text,
        @Nullable String gold,
        @Nullable String solution,
        String subject,
        int level,
        String task,
        String payload) {

    /// A problem whose task is guessed from its text.
    public Problem(
            String id, String text, @Nullable String gold, @Nullable String solution, String subject, int level) {
        this(id, text, gold, solution, subject, level, "", "");
    }

    /// A problem that the user typed. Its id derives from its text, so the same text gives the same search.
    public static Problem typed(String text, @Nullable String gold) {
        return new Problem("typed-" + Integer.toHexString(text.strip().hashCode()), text.strip(), gold, null, "", 0);
    }

    public Problem withId(String other) {
        return new Problem(other, text, gold, solution, subject, level, task, payload);
    }

    public Problem withTask(String name) {
        return new Problem(id, text, gold, solution, subject, level, name, payload);
    }

    /// Returns a copy without gold answer and solution: a strategy must not see them.
    public Problem withoutGold() {
        return new Problem(id, text, null, null, subject, level, task, payload);
    }
}
