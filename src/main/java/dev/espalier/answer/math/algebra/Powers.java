package dev.espalier.answer.math.algebra;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Powers and roots in normal form. Real conventions: odd roots of negative numbers are real; √(x²) is |x|.
final class Powers {
    private static final int MAX_TRIAL_DIVISOR = 5_000;
    private static final int MAX_EXPONENT = 100;

    private Powers() {}

    static Fraction raise(Fraction base, Fraction exponent) {
        if (!exponent.isRational()) {
            return symbolic(base, exponent);
        }
        Rational power = exponent.rational();
        if (base.isZero()) {
            if (power.signum() <= 0) {
                throw new UnsupportedExpression("zero to a power that is not positive");
            }
            return Fraction.ZERO;
        }
        if (!power.isInteger()) {
            return fractional(base, power);
        }
        if (base.isRational()) {
            return Fraction.of(base.rational().pow(power.toInt()));
        }
        return whole(base, power.toInt());
    }

    static Fraction squareRoot(Fraction base) {
        return raise(base, Fraction.of(Rational.HALF));
    }

    private static Fraction whole(Fraction base, int power) {
        if (Math.abs(power) > MAX_EXPONENT
                && (base.num().terms().size() > 1 || base.den().terms().size() > 1)) {
            throw new UnsupportedExpression("exponent out of range");
        }
        Polynomial num = base.num().pow(Math.abs(power));
        Polynomial den = base.den().pow(Math.abs(power));
        return power < 0 ? Fraction.of(den, num) : Fraction.of(num, den);
    }

    private static Fraction fractional(Fraction base, Rational power) {
        if (power.den().bitLength() > 5 || Monomial.ONE % power.den().intValue() != 0) {
            return Fraction.of(Atom.power(base, Fraction.of(power)));
        }
        int order = power.den().intValue();
        Fraction root = base.isRational()
                ? rootOf(base.rational(), order)
                : rootOf(base.num(), order).over(rootOf(base.den(), order));
        return raise(root, Fraction.of(Rational.of(power.num())));
    }

    private static Fraction rootOf(Rational value, int order) {
        if (value.signum() < 0) {
            Fraction positive = rootOf(value.negate(), order);
            if (order % 2 == 1) {
                return positive.negate();
            }
            if (order == 2) {
                return positive.times(Fraction.of(Polynomial.power(Atom.MINUS_ONE, Monomial.ONE / 2)));
            }
            throw new UnsupportedExpression("complex root of higher order");
        }
        return rootOf(value.num(), order).over(rootOf(value.den(), order));
    }

    private static Fraction rootOf(BigInteger value, int order) {
        Polynomial root = Polynomial.ONE;
        for (var factor : factors(value).entrySet()) {
            root = root.times(
                    Polynomial.power(Atom.prime(factor.getKey()), factor.getValue() * (Monomial.ONE / order)));
        }
        return Fraction.of(root);
    }

    /// Prime factors with their exponents. A remainder after trial division counts as prime; it may be a product of
    /// two very large primes.
    static Map<BigInteger, Long> factors(BigInteger positive) {
        Map<BigInteger, Long> factors = new TreeMap<>();
        BigInteger left = positive;
        for (int p = 2; p < MAX_TRIAL_DIVISOR && left.bitLength() > 1; p += p == 2 ? 1 : 2) {
            if (left.bitLength() < 31) {
                int small = left.intValue();
                if ((long) p * p > small) {
                    break;
                }
                if (small % p != 0) {
                    continue;
                }
            } else {
                WorkBudget.spend(1 + left.bitLength() / 64);
            }
            BigInteger prime = BigInteger.valueOf(p);
            for (BigInteger[] parts = left.divideAndRemainder(prime);
                    parts[1].signum() == 0;
                    parts = left.divideAndRemainder(prime)) {
                factors.merge(prime, 1L, Long::sum);
                left = parts[0];
            }
        }
        if (left.bitLength() > 1) {
            BigInteger root = left.sqrt();
            boolean square = root.multiply(root).equals(left);
            factors.merge(square ? root : left, square ? 2L : 1L, Long::sum);
        }
        return factors;
    }

    private static Fraction rootOf(Polynomial radicand, int order) {
        if (radicand.isConstant()) {
            return rootOf(radicand.constant(), order);
        }
        if (radicand.terms().size() == 1) {
            return rootOfTerm(radicand.leadingMonomial(), radicand.leadingFactor(), order);
        }
        if (order == 2) {
            Fraction denested = denested(radicand);
            if (denested != null) {
                return denested;
            }
        }
        Rational content = radicand.content();
        boolean flip = order % 2 == 1 && radicand.leadingFactor().signum() < 0;
        content = flip ? content.negate() : content;
        Polynomial inner = radicand.times(Rational.ONE.over(content));
        return rootOf(content, order).times(Fraction.of(Polynomial.power(Atom.root(inner), Monomial.ONE / order)));
    }

    private static Fraction rootOfTerm(Monomial monomial, Rational factor, int order) {
        Fraction root = rootOf(factor, order);
        for (int i = 0; i < monomial.atoms().length; i++) {
            Atom atom = monomial.atoms()[i];
            long exponent = monomial.exponents()[i];
            if (exponent % order != 0) {
                throw new UnsupportedExpression("root of too high an order");
            }
            if (atom.kind() == Atom.Kind.IMAGINARY || atom.kind() == Atom.Kind.COSINE) {
                return rootOf(factor, order)
                        .times(Fraction.of(Polynomial.power(
                                Atom.root(Polynomial.term(monomial, Rational.ONE)), Monomial.ONE / order)));
            }
            boolean even = order % 2 == 0 && exponent % (2 * Monomial.ONE) == 0;
            Fraction part = even && !atom.isPositive() && exponent / order % (2 * Monomial.ONE) != 0
                    ? raise(
                            Functions.absolute(Fraction.of(atom)),
                            Fraction.of(Rational.of(exponent / order, Monomial.ONE)))
                    : Fraction.of(Polynomial.power(atom, exponent / order));
            root = root.times(part);
        }
        return root;
    }

    /// √(a + b√n) as a sum of two square roots if a² − b²n is the square of a rational number; else null.
    private static @Nullable Fraction denested(Polynomial radicand) {
        if (radicand.terms().size() != 2) {
            return null;
        }
        Rational a = radicand.terms().getOrDefault(Monomial.UNIT, Rational.ZERO);
        Monomial surd = radicand.leadingMonomial();
        if (a.signum() <= 0 || surd.atoms().length == 0) {
            return null;
        }
        Rational b = radicand.leadingFactor();
        Rational n = Rational.ONE;
        for (int i = 0; i < surd.atoms().length; i++) {
            if (surd.atoms()[i].kind() != Atom.Kind.PRIME || surd.exponents()[i] != Monomial.ONE / 2) {
                return null;
            }
            n = n.times(java.util.Objects.requireNonNull(surd.atoms()[i].base()).constant());
        }
        Rational square = a.times(a).minus(b.times(b).times(n));
        if (square.signum() < 0) {
            return null;
        }
        Fraction root = rootOf(square, 2);
        if (!root.isRational()) {
            return null;
        }
        Fraction larger = rootOf(a.plus(root.rational()).times(Rational.HALF), 2);
        Fraction smaller = rootOf(a.minus(root.rational()).times(Rational.HALF), 2);
        return b.signum() < 0 ? larger.minus(smaller) : larger.plus(smaller);
    }

    /// A power with variables in the exponent: one factor for each term of the exponent, so that 2^(n+1) is 2·2^n
    /// and 4^n is (2^n)^2.
    private static Fraction symbolic(Fraction base, Fraction exponent) {
        if (base.isRational() && base.rational().isOne()) {
            return Fraction.ONE;
        }
        if (base.isZero()) {
            throw new UnsupportedExpression("zero to an unknown power");
        }
        if (!exponent.isPolynomial()) {
            return Fraction.of(Atom.power(base, exponent));
        }
        Rational turns = base.equals(Fraction.of(Atom.E)) ? imaginaryHalfTurns(exponent) : null;
        if (turns != null) {
            return Functions.apply("cis", List.of(Fraction.of(Atom.PI).times(Fraction.of(turns))));
        }
        if (base.isRational() && base.rational().signum() > 0) {
            Fraction product = Fraction.ONE;
            for (var factor : factors(base.rational().num()).entrySet()) {
                product = product.times(
                        termByTerm(Fraction.of(Rational.of(factor.getKey())), exponent, factor.getValue()));
            }
            for (var factor : factors(base.rational().den()).entrySet()) {
                product = product.times(
                        termByTerm(Fraction.of(Rational.of(factor.getKey())), exponent, -factor.getValue()));
            }
            return product;
        }
        return termByTerm(base, exponent, 1);
    }

    /// Returns q if the exponent is qπi, so that Euler's formula applies; else null.
    private static @Nullable Rational imaginaryHalfTurns(Fraction exponent) {
        boolean imaginary = exponent.num().terms().size() == 1
                && exponent.times(Fraction.I).num().leadingMonomial().equals(Monomial.of(Atom.PI, Monomial.ONE));
        return imaginary ? exponent.num().leadingFactor() : null;
    }

    private static Fraction termByTerm(Fraction base, Fraction exponent, long multiple) {
        Fraction product = Fraction.ONE;
        for (var term : exponent.num().terms().entrySet()) {
            Rational factor = term.getValue().times(Rational.of(multiple));
            if (term.getKey().isUnit()) {
                product = product.times(raise(base, Fraction.of(factor)));
                continue;
            }
            Rational units = factor.abs().times(Rational.of(Monomial.ONE));
            if (!units.isInteger() || units.num().bitLength() > 50) {
                throw new UnsupportedExpression("root of too high an order");
            }
            Atom power = Atom.power(base, Fraction.of(Polynomial.term(term.getKey(), Rational.ONE)));
            Fraction part = Fraction.of(Polynomial.power(power, units.num().longValue()));
            product = factor.signum() < 0 ? product.over(part) : product.times(part);
        }
        return product;
    }
}
