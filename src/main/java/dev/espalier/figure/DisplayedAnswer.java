package dev.espalier.figure;

/// A candidate's answer as a figure shows it.
///
/// @param text        the answer; "" if there is none
/// @param correctness compared with the gold answer; unknown without one
public record DisplayedAnswer(String text, Correctness correctness) {
    public enum Correctness { RIGHT, WRONG, UNKNOWN }
}
