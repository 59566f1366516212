package dev.espalier.answer;

import org.jspecify.annotations.Nullable;

/// Reads, groups and compares answers of one kind. Other kinds (grids, programs with unit tests) are further
/// implementations. Thread-safe. Never throws, whatever the input.
public interface Grader {
    /// The name on the command line.
    String name();

    /// Returns the answer of a candidate; null if it gives none.
    ///
    /// @param finished true if the policy ended the text itself. In standard mode a truncated candidate has an
    ///                 answer only if it is boxed
    @Nullable
    Extraction extract(String text, boolean finished);

    /// Identifies the group of an answer: two answers are the same exactly if their keys are equal. "" means no
    /// answer.
    String key(String answer);

    /// Says in a few words why two answers with equal keys are the same; "different answers" if the keys differ.
    String sameness(String first, String other);

    Comparison grade(String gold, String pred);

    /// Returns true if candidates without an answer may win a vote.
    default boolean noAnswerMayWin() {
        return false;
    }
}
