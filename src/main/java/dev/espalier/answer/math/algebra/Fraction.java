package dev.espalier.answer.math.algebra;

import org.jspecify.annotations.Nullable;

/// A quotient of polynomials in normal form: no roots in the denominator, no common factor, coprime integer
/// coefficients in the denominator, the leading one positive. Equal fractions have equal text.
public final class Fraction {
    public static final Fraction ZERO = new Fraction(Polynomial.ZERO, Polynomial.ONE);
    public static final Fraction ONE = new Fraction(Polynomial.ONE, Polynomial.ONE);

    static final Fraction I = new Fraction(Polynomial.power(Atom.MINUS_ONE, Monomial.ONE / 2), Polynomial.ONE);

    private final Polynomial num;
    private final Polynomial den;
    private @Nullable String text;

    private Fraction(Polynomial num, Polynomial den) {
        this.num = num;
        this.den = den;
    }

    public static Fraction of(Rational value) {
        return new Fraction(Polynomial.constant(value), Polynomial.ONE);
    }

    public static Fraction of(Polynomial polynomial) {
        return new Fraction(polynomial, Polynomial.ONE);
    }

    public static Fraction of(Atom atom) {
        return of(Polynomial.of(atom));
    }

    public static Fraction of(Polynomial num, Polynomial den) {
        Polynomial numerator = num;
        Polynomial denominator = den;
        if (denominator.isZero()) {
            throw new UnsupportedExpression("division by zero");
        }
        if (numerator.isZero()) {
            return ZERO;
        }
        if (!denominator.isConstant()) {
            Polynomial[] plain = Denominator.withoutRoots(numerator, denominator);
            numerator = plain[0];
            denominator = plain[1];
            if (denominator.isZero()) {
                throw new UnsupportedExpression("division by zero");
            }
            Polynomial common = Denominator.commonFactor(numerator, denominator);
            if (!common.isConstant()) {
                numerator = PolynomialGcd.divided(numerator, common);
                denominator = PolynomialGcd.divided(denominator, common);
            }
        }
        Rational scale = denominator.content();
        scale = denominator.leadingFactor().signum() < 0 ? scale.negate() : scale;
        scale = Rational.ONE.over(scale);
        return new Fraction(numerator.times(scale), denominator.times(scale));
    }

    public Polynomial num() {
        return num;
    }

    public Polynomial den() {
        return den;
    }

    public boolean isZero() {
        return num.isZero();
    }

    public boolean isPolynomial() {
        return den.isOne();
    }

    public boolean isRational() {
        return num.isConstant() && den.isOne();
    }

    /// The value; call it only if [#isRational].
    public Rational rational() {
        return num.constant();
    }

    public Fraction plus(Fraction other) {
        if (isPolynomial() && other.isPolynomial()) {
            return of(num.plus(other.num));
        }
        return of(num.times(other.den).plus(other.num.times(den)), den.times(other.den));
    }

    public Fraction minus(Fraction other) {
        return plus(other.negate());
    }

    public Fraction negate() {
        return new Fraction(num.times(Rational.MINUS_ONE), den);
    }

    public Fraction times(Fraction other) {
        Polynomial numerator = num.times(other.num);
        return isPolynomial() && other.isPolynomial() ? of(numerator) : of(numerator, den.times(other.den));
    }

    public Fraction over(Fraction other) {
        if (other.isRational() && !other.isZero()) {
            return new Fraction(num.times(Rational.ONE.over(other.rational())), den);
        }
        return of(num.times(other.den), den.times(other.num));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fraction fraction && fraction.num.equals(num) && fraction.den.equals(den);
    }

    @Override
    public int hashCode() {
        return 31 * num.hashCode() + den.hashCode();
    }

    @Override
    public String toString() {
        if (text == null) {
            text = isPolynomial() ? num.toString() : "(" + num + ")/(" + den + ")";
        }
        return text;
    }
}
