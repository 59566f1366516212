package dev.espalier.answer.math.form;

import dev.espalier.answer.math.algebra.Evaluator;
import dev.espalier.answer.math.algebra.Expr;
import dev.espalier.answer.math.algebra.Expr.Negated;
import dev.espalier.answer.math.algebra.Expr.Num;
import dev.espalier.answer.math.algebra.Expr.Power;
import dev.espalier.answer.math.algebra.Expr.Product;
import dev.espalier.answer.math.algebra.Fraction;
import dev.espalier.answer.math.algebra.NumericValue;
import dev.espalier.answer.math.algebra.Rational;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A decimal as written, `-3.14` or `2.5 \times 10^{-3}`, and the values that it may round.
///
/// @param value the decimal itself
/// @param unit  the value of 1 in its last digit
public record Rounding(Rational value, Rational unit) {
    /// A decimal with fewer digits counts as exact: 0.49 is not 0.5.
    private static final int MIN_DIGITS = 3;
    /// The number of digits that a calculator shows.
    private static final int MANY_DIGITS = 10;
    private static final double DOUBLE_ERROR = 1e-14;
    private static final double ULP = 0x1p-52;

    /// Returns null if the expression is not a decimal with a decimal point.
    public static @Nullable Rounding of(Expr written) {
        return switch (written) {
            case Num(Rational value, int places) ->
                places < 1 ? null : new Rounding(value, Rational.of(BigInteger.ONE, BigInteger.TEN.pow(places)));
            case Negated(Expr value)
            when of(value) instanceof Rounding(Rational positive, Rational unit) ->
                new Rounding(positive.negate(), unit);
            case Expr.Quantity(Expr value, var _) -> of(value);
            case Product(List<Expr> factors)
            when factors.size() == 2
                    && factors.getFirst() instanceof Num number
                    && factors.getLast() instanceof Power(Num ten, Expr exponent)
                    && ten.value().equals(Rational.of(10))
                    && of(number) instanceof Rounding(Rational value, Rational unit) -> {
                Fraction power = new Evaluator(0).value(exponent);
                if (!power.isRational() || !power.rational().isSmallInteger()) {
                    yield null;
                }
                Rational scale = ten.value().pow(power.rational().toInt());
                yield new Rounding(value.times(scale), unit.times(scale));
            }
            default -> null;
        };
    }

    /// Returns true if this decimal has three digits or more and equals the constant rounded half away from zero to
    /// as many places.
    public boolean isRoundingOf(Fraction constant) {
        return digits() >= MIN_DIGITS
                && exact(constant) instanceof Rational exact
                && exact.over(unit).rounded(0).equals(value.over(unit).num());
    }

    /// Returns true if this decimal has ten digits or more and equals a non-integer constant, truncated or rounded
    /// at the last digit, or to double precision.
    public boolean approximates(Fraction constant) {
        if (digits() < MANY_DIGITS
                || constant.isRational() && constant.rational().isInteger()) {
            return false;
        }
        if (constant.isRational()) {
            Rational difference = constant.rational().minus(value).abs();
            return difference.compareTo(unit) < 0 || difference.toDouble() <= ULP * Math.abs(value.toDouble());
        }
        double real = NumericValue.isConstant(constant) ? NumericValue.real(constant) : Double.NaN;
        return Math.abs(real - value.toDouble()) <= unit.toDouble() + DOUBLE_ERROR * Math.abs(real);
    }

    private int digits() {
        return value.over(unit).num().abs().toString().length();
    }

    private static @Nullable Rational exact(Fraction constant) {
        if (constant.isRational()) {
            return constant.rational();
        }
        double value = NumericValue.isConstant(constant) ? NumericValue.real(constant) : Double.NaN;
        if (!Double.isFinite(value)) {
            return null;
        }
        BigDecimal decimal = new BigDecimal(value);
        return Rational.of(decimal.unscaledValue(), BigInteger.TEN.pow(Math.max(0, decimal.scale())));
    }
}
