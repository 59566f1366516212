package dev.espalier.answer;

/// An expression has no exact form here: it is undefined, outside the supported mathematics, or larger than the limits. The answer is then text.
final class Undecided extends RuntimeException {
    Undecided(String reason) {
        super(reason, null, false, false);
    }
}
