package dev.espalier.search;

import java.util.Locale;

/// What a policy is asked when it is to look at an attempt of its own. Stored logs hold the prompts as they were asked.
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
    static String revision(String problem, String attempt, String critique) {
        String remark = critique.isBlank() ? "It may be wrong." : "What was said about it:\n\n" + critique.strip();
        return """
            %s

            Here is an earlier attempt at this problem:

            %s

            %s

            Solve the problem again. Keep what is right, correct what is wrong, and end with the final answer in \\boxed{}.""".formatted(problem.strip(), attempt.strip(), remark);
    }

    static String lowest(int step, double score, String text) {
        return String.format(Locale.ROOT, "Step %d was judged least likely to be right (%.2f of 1): \"%s\"", step, score, text.strip());
    }
}
