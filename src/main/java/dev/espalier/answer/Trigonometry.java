package dev.espalier.answer;

import org.jspecify.annotations.Nullable;

/// Sine and cosine in normal form: exact at multiples of 15°, odd and even symmetry, and cos² x = 1 − sin² x.
final class Trigonometry {
    private Trigonometry() {
    }

    static Fraction sine(Fraction x) {
        Rational turns = halfTurns(x);
        if (turns != null) {
            return sineOfHalfTurns(turns);
        }
        return x.num().leadingFactor().signum() < 0 ? Fraction.of(Atom.function("sin", x.negate())).negate() : Fraction.of(Atom.function("sin", x));
    }

    static Fraction cosine(Fraction x) {
        Rational turns = halfTurns(x);
        if (turns != null) {
            return sineOfHalfTurns(Rational.HALF.minus(turns));
        }
        Fraction argument = x.num().leadingFactor().signum() < 0 ? x.negate() : x;
        Polynomial sine = Polynomial.of(Atom.function("sin", argument));
        Atom squared = Atom.cosineSquared(argument, Polynomial.ONE.minus(sine.times(sine)));
        return Fraction.of(Polynomial.power(squared, Monomial.ONE / 2));
    }

    /// q where x is qπ, else null.
    private static @Nullable Rational halfTurns(Fraction x) {
        if (x.isZero()) {
            return Rational.ZERO;
        }
        boolean multiple = x.isPolynomial() && x.num().terms().size() == 1 && x.num().leadingMonomial().equals(Monomial.of(Atom.PI, Monomial.ONE));
        return multiple ? x.num().leadingFactor() : null;
    }

    /// sin(qπ), with q first brought into 0 to ½.
    private static Fraction sineOfHalfTurns(Rational q) {
        Rational two = Rational.of(2);
        Rational turns = q.minus(Rational.of(q.over(two).floor()).times(two));
        if (turns.compareTo(Rational.ONE) >= 0) {
            return sineOfHalfTurns(turns.minus(Rational.ONE)).negate();
        }
        turns = turns.compareTo(Rational.HALF) > 0 ? Rational.ONE.minus(turns) : turns;
        Rational twelfths = turns.times(Rational.of(12));
        if (!twelfths.isInteger()) {
            return Fraction.of(Atom.function("sin", Fraction.of(Atom.PI).times(Fraction.of(turns))));
        }
        Fraction six = root(6);
        Fraction two1 = root(2);
        return switch (twelfths.toInt()) {
            case 0 -> Fraction.ZERO;
            case 1 -> six.minus(two1).times(Fraction.of(Rational.of(1, 4)));
            case 2 -> Fraction.of(Rational.HALF);
            case 3 -> two1.times(Fraction.of(Rational.HALF));
            case 4 -> root(3).times(Fraction.of(Rational.HALF));
            case 5 -> six.plus(two1).times(Fraction.of(Rational.of(1, 4)));
            default -> Fraction.ONE;
        };
    }

    private static Fraction root(int radicand) {
        return Powers.squareRoot(Fraction.of(Rational.of(radicand)));
    }
}
