package dev.espalier.search.strategy;

import java.util.Locale;

/// The prompts of [Revision]. Stored logs contain them, and a resumed search must make the same ones: do not change
/// them.
final class RevisionPrompts {
    private RevisionPrompts() {}

    static String critique(String problem, String attempt) {
        return """
            %s

            Here is an attempt at this problem:

            %s

            Go through the attempt step by step. Name the first step that is wrong and say why, or say that all steps are right. Do not solve the problem anew.""".formatted(problem.strip(), attempt.strip());
    }

    /// @param critique "" for none
    /// @param ending   instruction for the form of the answer, such as "end with …"; "" for none
    static String revision(String problem, String attempt, String critique, String ending) {
        String remark = critique.isBlank() ? "It may be wrong." : "What was said about it:\n\n" + critique.strip();
        String how = ending.isEmpty()
                ? "Keep what is right and correct what is wrong"
                : "Keep what is right, correct what is wrong, and " + ending;
        return """
            %s

            Here is an earlier attempt at this problem:

            %s

            %s

            Solve the problem again. %s.""".formatted(problem.strip(), attempt.strip(), remark, how);
    }

    static String lowest(int step, double score, String text) {
        return String.format(
                Locale.ROOT,
                "Step %d was judged least likely to be right (%.2f of 1): \"%s\"",
                step,
                score,
                text.strip());
    }
}
