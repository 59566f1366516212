package dev.espalier.answer.math.algebra;

/// An expression has no exact form here: it is undefined, outside the supported mathematics, or larger than the limits. The answer is then text.
public final class UnsupportedExpression extends RuntimeException {
    public UnsupportedExpression(String reason) {
        super(reason, null, false, false);
    }
}
