package dev.espalier.answer.math.algebra;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sine and cosine in normal form: exact at multiples of 15° and 18°; applies odd and even symmetry; expands sums and
/// multiples of angles; uses cos² x = 1 − sin² x. This decides polynomials in sines and cosines of whole multiples of
/// the same angles exactly.
final class Trigonometry {
    private static final int MAX_TERMS = 4;
    private static final int MAX_MULTIPLE = 8;
    private static final Rational TWO = Rational.of(2);

    /// The sine and the cosine of one angle.
    record Pair(Fraction sine, Fraction cosine) {
        Pair plus(Pair other) {
            return new Pair(
                    sine.times(other.cosine).plus(cosine.times(other.sine)),
                    cosine.times(other.cosine).minus(sine.times(other.sine)));
        }
    }

    private Trigonometry() {}

    static Fraction sine(Fraction x) {
        return of(x).sine();
    }

    static Fraction cosine(Fraction x) {
        return of(x).cosine();
    }

    static Pair of(Fraction x) {
        if (x.isZero()) {
            return new Pair(Fraction.ZERO, Fraction.ONE);
        }
        if (!x.isPolynomial() || x.num().terms().size() > MAX_TERMS) {
            return plain(x);
        }
        List<Pair> parts = new ArrayList<>();
        for (var term : x.num().terms().entrySet()) {
            Rational factor = term.getValue();
            if (term.getKey().equals(Monomial.of(Atom.PI, Monomial.ONE))) {
                parts.add(ofHalfTurns(factor));
            } else if (factor.num().bitLength() > 31 || Math.abs(factor.num().intValue()) > MAX_MULTIPLE) {
                return plain(x);
            } else {
                Pair once =
                        plain(Fraction.of(Polynomial.term(term.getKey(), Rational.of(BigInteger.ONE, factor.den()))));
                Pair multiple = once;
                for (int i = 1; i < Math.abs(factor.num().intValue()); i++) {
                    multiple = multiple.plus(once);
                }
                parts.add(factor.signum() < 0 ? new Pair(multiple.sine.negate(), multiple.cosine) : multiple);
            }
        }
        return parts.stream().reduce(Pair::plus).orElseThrow();
    }

    private static Pair plain(Fraction x) {
        boolean negative = x.num().leadingFactor().signum() < 0;
        Fraction argument = negative ? x.negate() : x;
        Polynomial sine = Polynomial.of(Atom.function("sin", argument));
        Atom squared = Atom.cosineSquared(argument, Polynomial.ONE.minus(sine.times(sine)));
        Fraction cosine = Fraction.of(Polynomial.power(squared, Monomial.ONE / 2));
        return new Pair(negative ? Fraction.of(sine).negate() : Fraction.of(sine), cosine);
    }

    private static Pair ofHalfTurns(Rational q) {
        return new Pair(sineOfHalfTurns(q), sineOfHalfTurns(Rational.HALF.minus(q)));
    }

    /// sin(qπ). First reduces q to the range 0 to ½.
    private static Fraction sineOfHalfTurns(Rational q) {
        Rational turns = q.minus(Rational.of(q.over(TWO).floor()).times(TWO));
        if (turns.compareTo(Rational.ONE) >= 0) {
            return sineOfHalfTurns(turns.minus(Rational.ONE)).negate();
        }
        turns = turns.compareTo(Rational.HALF) > 0 ? Rational.ONE.minus(turns) : turns;
        Fraction known = known(turns);
        return known != null
                ? known
                : Fraction.of(Atom.function("sin", Fraction.of(Atom.PI).times(Fraction.of(turns))));
    }

    private static @Nullable Fraction known(Rational q) {
        Rational twelfths = q.times(Rational.of(12));
        if (twelfths.isInteger()) {
            return switch (twelfths.toInt()) {
                case 0 -> Fraction.ZERO;
                case 1 -> part(root(6).minus(root(2)), 4);
                case 2 -> part(Fraction.ONE, 2);
                case 3 -> part(root(2), 2);
                case 4 -> part(root(3), 2);
                case 5 -> part(root(6).plus(root(2)), 4);
                default -> Fraction.ONE;
            };
        }
        Rational tenths = q.times(Rational.of(10));
        if (!tenths.isInteger()) {
            return null;
        }
        Fraction ten = Fraction.of(Rational.of(10));
        Fraction twoRoots = root(5).times(Fraction.of(TWO));
        return switch (tenths.toInt()) {
            case 1 -> part(root(5).minus(Fraction.ONE), 4);
            case 2 -> part(Powers.squareRoot(ten.minus(twoRoots)), 4);
            case 3 -> part(root(5).plus(Fraction.ONE), 4);
            default -> part(Powers.squareRoot(ten.plus(twoRoots)), 4);
        };
    }

    private static Fraction part(Fraction value, int of) {
        return value.times(Fraction.of(Rational.of(1, of)));
    }

    private static Fraction root(int radicand) {
        return Powers.squareRoot(Fraction.of(Rational.of(radicand)));
    }

    /// The angle from 0 to π/2 with a known sine, for the inverse functions; null if there is none.
    static @Nullable Fraction arcsine(Fraction x) {
        boolean negative = !x.isZero() && NumericValue.isConstant(x) && NumericValue.real(x) < 0;
        Fraction positive = negative ? x.negate() : x;
        for (int twelfth = 0; twelfth <= 6; twelfth++) {
            Fraction known = known(Rational.of(twelfth, 12));
            if (known != null && positive.equals(known)) {
                Fraction angle = Fraction.of(Atom.PI).times(Fraction.of(Rational.of(twelfth, 12)));
                return negative ? angle.negate() : angle;
            }
        }
        return null;
    }

    static @Nullable Fraction arctangent(Fraction x) {
        boolean negative = !x.isZero() && NumericValue.isConstant(x) && NumericValue.real(x) < 0;
        Fraction positive = negative ? x.negate() : x;
        for (int twelfth = 0; twelfth < 6; twelfth++) {
            Pair known = ofHalfTurns(Rational.of(twelfth, 12));
            if (positive.equals(known.sine.over(known.cosine))) {
                Fraction angle = Fraction.of(Atom.PI).times(Fraction.of(Rational.of(twelfth, 12)));
                return negative ? angle.negate() : angle;
            }
        }
        return null;
    }
}
