package dev.espalier.figure;

/// What a candidate answered, as shown.
///
/// @param text "" for no answer
public record Answer(String text, Verdict verdict) {
    public enum Verdict { RIGHT, WRONG, UNKNOWN }
}
