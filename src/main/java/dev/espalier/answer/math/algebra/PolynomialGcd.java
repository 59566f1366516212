package dev.espalier.answer.math.algebra;

import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Greatest common divisors of polynomials in several atoms with whole exponents: the primitive polynomial remainder
/// sequence (Knuth, TAOCP 2, 4.6.1), applied to one main atom after the other.
final class PolynomialGcd {
    private PolynomialGcd() {}

    /// The result has coprime integer coefficients and a positive leading one.
    static Polynomial gcd(Polynomial a, Polynomial b) {
        if (a.isZero()) {
            return primitive(b);
        }
        if (b.isZero()) {
            return primitive(a);
        }
        if (a.isConstant() || b.isConstant()) {
            return Polynomial.ONE;
        }
        WorkBudget.spend(10);
        Atom atom = a.leadingMonomial().atoms()[0];
        if (a.terms().size() == 1 && b.terms().size() == 1) {
            return commonMonomial(a.leadingMonomial(), b.leadingMonomial());
        }
        NavigableMap<Long, Polynomial> left = coefficients(a, atom);
        NavigableMap<Long, Polynomial> right = coefficients(b, atom);
        if (right.lastKey() == 0) {
            return gcd(content(left), b);
        }
        Polynomial leftContent = content(left);
        Polynomial rightContent = content(right);
        Polynomial u = divided(a, leftContent);
        Polynomial v = divided(b, rightContent);
        if (degree(u, atom) < degree(v, atom)) {
            Polynomial swap = u;
            u = v;
            v = swap;
        }
        while (!v.isZero() && degree(v, atom) > 0) {
            Polynomial rest = remainder(u, v, atom);
            u = v;
            v = rest.isZero() ? rest : primitive(divided(rest, content(coefficients(rest, atom))));
        }
        Polynomial common = gcd(leftContent, rightContent);
        return v.isZero() ? primitive(u.times(common)) : common;
    }

    private static Polynomial commonMonomial(Monomial a, Monomial b) {
        Monomial common = Monomial.UNIT;
        for (int i = 0; i < a.atoms().length; i++) {
            long exponent = Math.min(a.exponents()[i], b.exponent(a.atoms()[i]));
            common = common.times(Monomial.of(a.atoms()[i], exponent));
        }
        return Polynomial.term(common, Rational.ONE);
    }

    private static Polynomial primitive(Polynomial polynomial) {
        if (polynomial.isZero()) {
            return polynomial;
        }
        Rational content = polynomial.content();
        return polynomial.times(
                Rational.ONE.over(polynomial.leadingFactor().signum() < 0 ? content.negate() : content));
    }

    private static long degree(Polynomial polynomial, Atom atom) {
        long degree = 0;
        for (Monomial monomial : polynomial.terms().keySet()) {
            degree = Math.max(degree, monomial.exponent(atom));
        }
        return degree;
    }

    private static NavigableMap<Long, Polynomial> coefficients(Polynomial polynomial, Atom atom) {
        NavigableMap<Long, Polynomial> byPower = new TreeMap<>();
        polynomial.terms().forEach((monomial, factor) -> {
            long power = monomial.exponent(atom);
            Monomial rest = power == 0 ? monomial : monomial.with(atom, 0);
            byPower.merge(power, Polynomial.term(rest, factor), Polynomial::plus);
        });
        return byPower;
    }

    private static Polynomial content(NavigableMap<Long, Polynomial> coefficients) {
        Polynomial content = Polynomial.ZERO;
        for (Polynomial coefficient : coefficients.values()) {
            content = gcd(content, coefficient);
            if (content.isOne()) {
                return content;
            }
        }
        return content;
    }

    /// The pseudo-remainder: multiplies u first, so that no fractions arise.
    private static Polynomial remainder(Polynomial u, Polynomial v, Atom atom) {
        long degree = degree(v, atom);
        Polynomial leading = coefficients(v, atom).lastEntry().getValue();
        Polynomial rest = u;
        for (long power = degree(rest, atom); !rest.isZero() && power >= degree; power = degree(rest, atom)) {
            WorkBudget.spend(20);
            Polynomial top = coefficients(rest, atom).lastEntry().getValue();
            Polynomial shift =
                    power == degree ? Polynomial.ONE : Polynomial.term(Monomial.of(atom, power - degree), Rational.ONE);
            rest = rest.times(leading).minus(v.times(top).times(shift));
        }
        return rest;
    }

    /// The exact quotient; the divisor must divide the polynomial.
    static Polynomial divided(Polynomial polynomial, Polynomial divisor) {
        if (divisor.isConstant()) {
            return polynomial.times(Rational.ONE.over(divisor.constant()));
        }
        Polynomial rest = polynomial;
        Polynomial quotient = Polynomial.ZERO;
        while (!rest.isZero()) {
            WorkBudget.spend(20);
            @Nullable Monomial monomial = rest.leadingMonomial().over(divisor.leadingMonomial());
            if (monomial == null) {
                throw new UnsupportedExpression("no exact division");
            }
            Polynomial term = Polynomial.term(monomial, rest.leadingFactor().over(divisor.leadingFactor()));
            quotient = quotient.plus(term);
            rest = rest.minus(term.times(divisor));
        }
        return quotient;
    }
}
