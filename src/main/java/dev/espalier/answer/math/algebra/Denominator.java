package dev.espalier.answer.math.algebra;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reduces quotients of polynomials to lowest terms: first removes roots from the denominator, then common factors.
final class Denominator {
    private static final int MAX_ROOTS = 12;

    private Denominator() {}

    /// Returns an equal quotient (numerator, denominator) whose denominator has only whole powers. Roots of an
    /// order other than 2, 3 and their products may remain.
    static Polynomial[] withoutRoots(Polynomial num, Polynomial den) {
        Polynomial numerator = num;
        Polynomial denominator = den;
        for (int round = 0; round < MAX_ROOTS; round++) {
            Atom atom = fractional(denominator);
            if (atom == null) {
                return new Polynomial[] {numerator, denominator};
            }
            Polynomial factor = conjugate(denominator, atom);
            if (factor == null) {
                return new Polynomial[] {numerator, denominator};
            }
            numerator = numerator.times(factor);
            denominator = denominator.times(factor);
            if (denominator.isZero()) {
                throw new UnsupportedExpression("division by zero");
            }
        }
        return new Polynomial[] {numerator, denominator};
    }

    private static @Nullable Atom fractional(Polynomial polynomial) {
        for (Monomial monomial : polynomial.terms().keySet()) {
            for (int i = 0; i < monomial.atoms().length; i++) {
                if (monomial.exponents()[i] % Monomial.ONE != 0) {
                    return monomial.atoms()[i];
                }
            }
        }
        return null;
    }

    /// Returns a factor that lowers the order of an atom's root in the polynomial; null if no rule is known. Treats
    /// the polynomial as one in t, the atom to the power 1/n.
    private static @Nullable Polynomial conjugate(Polynomial polynomial, Atom atom) {
        long unit = Monomial.ONE;
        for (Monomial monomial : polynomial.terms().keySet()) {
            unit = gcd(unit, monomial.exponent(atom) % Monomial.ONE);
        }
        int order = (int) (Monomial.ONE / unit);
        Polynomial[] byPower = new Polynomial[order];
        java.util.Arrays.fill(byPower, Polynomial.ZERO);
        int present = 0;
        int lowest = order;
        for (var term : polynomial.terms().entrySet()) {
            int power = (int) (term.getKey().exponent(atom) % Monomial.ONE / unit);
            present += byPower[power].isZero() ? 1 : 0;
            lowest = Math.min(lowest, power);
            byPower[power] = byPower[power].plus(Polynomial.term(term.getKey(), term.getValue()));
        }
        if (present == 1) {
            return Polynomial.power(atom, (order - lowest) * unit);
        }
        if (order % 2 == 0) {
            Polynomial flipped = Polynomial.ZERO;
            for (int power = 0; power < order; power++) {
                flipped = power % 2 == 0 ? flipped.plus(byPower[power]) : flipped.minus(byPower[power]);
            }
            return flipped;
        }
        if (order == 3) {
            Polynomial a = byPower[0];
            Polynomial b = byPower[1];
            Polynomial c = byPower[2];
            return a.times(a)
                    .plus(b.times(b))
                    .plus(c.times(c))
                    .minus(a.times(b))
                    .minus(a.times(c))
                    .minus(b.times(c));
        }
        return null;
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /// Returns the greatest common divisor of a denominator without roots and all coefficients of the numerator,
    /// written as a sum of roots.
    static Polynomial commonFactor(Polynomial num, Polynomial den) {
        if (den.isConstant() || fractional(den) != null) {
            return Polynomial.ONE;
        }
        Map<Monomial, Polynomial> coefficients = new LinkedHashMap<>();
        for (var term : num.terms().entrySet()) {
            Monomial roots = Monomial.UNIT;
            Monomial rest = term.getKey();
            for (int i = 0; i < term.getKey().atoms().length; i++) {
                long part = term.getKey().exponents()[i] % Monomial.ONE;
                if (part != 0) {
                    Atom atom = term.getKey().atoms()[i];
                    roots = roots.times(Monomial.of(atom, part));
                    rest = rest.with(atom, term.getKey().exponents()[i] - part);
                }
            }
            coefficients.merge(roots, Polynomial.term(rest, term.getValue()), Polynomial::plus);
        }
        Polynomial common = den;
        for (Polynomial coefficient : coefficients.values()) {
            common = PolynomialGcd.gcd(common, coefficient);
            if (common.isConstant()) {
                return Polynomial.ONE;
            }
        }
        return common;
    }
}
