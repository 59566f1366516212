package dev.espalier.figure;

/// A candidate's answer as a figure shows it.
///
/// @param text        the answer in plain characters, see [TaskText]; "" if there is none
/// @param correctness compared with the gold answer; unknown without one
public record DisplayedAnswer(String text, Correctness correctness) {
    public enum Correctness {
        RIGHT,
        WRONG,
        UNKNOWN
    }
}
