package dev.espalier.task;

/// What a task's grader says of an answer.
///
/// @param score    from 0 (wrong) to 1 (right), such as the share of tests passed
/// @param accepted whether the answer counts as right: the score reaches the task's threshold
/// @param rule     what decided, a few words for the reader
/// @param details  more of it, such as the test that failed; "" for nothing
public record Verdict(double score, boolean accepted, String rule, String details) {
    public Verdict {
        if (!(score >= 0 && score <= 1)) throw new IllegalArgumentException("a verdict's score lies between 0 and 1, not " + score);
    }

    /// Of a grader that knows right and wrong only.
    public static Verdict of(boolean accepted, String rule) {
        return new Verdict(accepted ? 1 : 0, accepted, rule, "");
    }
}
