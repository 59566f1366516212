package dev.espalier.task;

/// A grader's result for an answer.
///
/// @param score    from 0 (wrong) to 1 (correct), such as the share of passed tests
/// @param accepted true if the answer counts as correct: the score reaches the task's threshold
/// @param rule     the deciding rule, in a few words
/// @param details  more, such as the failed test; "" for none
public record Verdict(double score, boolean accepted, String rule, String details) {
    public Verdict {
        if (!(score >= 0 && score <= 1))
            throw new IllegalArgumentException("a verdict's score must be between 0 and 1, not " + score);
    }

    /// The verdict of a grader without partial scores.
    public static Verdict of(boolean accepted, String rule) {
        return new Verdict(accepted ? 1 : 0, accepted, rule, "");
    }
}
