package dev.espalier.answer;

import org.jspecify.annotations.Nullable;

/// A kind of answers: how one is read from a candidate's text, when two are the same, and when one is accepted for the gold answer. Kinds that
/// are yet to come (grids, programs with their unit tests) are further implementations. Thread-safe; no input throws.
public interface Grader {
    /// As on the command line.
    String name();

    /// The answer that a candidate gives, null where it gives none.
    ///
    /// @param finished whether the policy ended the text itself; by the standard rules a truncated candidate has an answer only when it was boxed
    @Nullable Extraction extract(String text, boolean finished);

    /// The identity of an answer's group: two answers are the same exactly when their keys are equal. "" only for no answer.
    String key(String answer);

    /// Why two answers with equal keys are the same, in a few words for the reader; "different answers" where the keys differ.
    String sameness(String first, String other);

    Comparison grade(String gold, String pred);

    /// Whether candidates without an answer may win a vote against those with one.
    default boolean noAnswerMayWin() {
        return false;
    }
}
