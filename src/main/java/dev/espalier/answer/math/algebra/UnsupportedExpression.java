package dev.espalier.answer.math.algebra;

/// Thrown if an expression has no exact form: it is undefined, outside the supported mathematics, or above a limit. The
/// answer is then compared as text.
public final class UnsupportedExpression extends RuntimeException {
    public UnsupportedExpression(String reason) {
        super(reason, null, false, false);
    }
}
