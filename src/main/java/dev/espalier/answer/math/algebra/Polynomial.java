package dev.espalier.answer.math.algebra;

import java.math.BigInteger;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A sum of rational multiples of monomials, reduced: no algebraic atom has a whole power. Terms are in descending
/// order and none is zero, so equal polynomials have equal terms.
public final class Polynomial {
    static final Polynomial ZERO = new Polynomial(Collections.emptyNavigableMap());
    static final Polynomial ONE = constant(Rational.ONE);
    private static final int MAX_TERMS = 400;

    private final NavigableMap<Monomial, Rational> terms;
    private @Nullable String text;

    private Polynomial(NavigableMap<Monomial, Rational> terms) {
        this.terms = terms;
    }

    static Polynomial constant(Rational value) {
        return value.isZero() ? ZERO : term(Monomial.UNIT, value);
    }

    static Polynomial of(Atom atom) {
        return term(Monomial.of(atom, Monomial.ONE), Rational.ONE);
    }

    /// One term. Its monomial must be reduced.
    public static Polynomial term(Monomial monomial, Rational factor) {
        NavigableMap<Monomial, Rational> terms = new TreeMap<>(Collections.reverseOrder());
        terms.put(monomial, factor);
        return new Polynomial(terms);
    }

    /// A power of an atom, reduced.
    static Polynomial power(Atom atom, long exponent) {
        return reduced(Monomial.of(atom, exponent), Rational.ONE);
    }

    public Map<Monomial, Rational> terms() {
        return terms;
    }

    public boolean isZero() {
        return terms.isEmpty();
    }

    public boolean isConstant() {
        return terms.isEmpty() || terms.size() == 1 && terms.firstKey().isUnit();
    }

    boolean isOne() {
        return isConstant() && !isZero() && constant().isOne();
    }

    /// The value of a constant polynomial.
    Rational constant() {
        return terms.isEmpty() ? Rational.ZERO : terms.firstEntry().getValue();
    }

    public Monomial leadingMonomial() {
        return terms.firstKey();
    }

    public Rational leadingFactor() {
        return terms.firstEntry().getValue();
    }

    Polynomial plus(Polynomial other) {
        if (isZero()) {
            return other;
        }
        if (other.isZero()) {
            return this;
        }
        NavigableMap<Monomial, Rational> sum = new TreeMap<>(terms);
        other.terms.forEach((monomial, factor) -> add(sum, monomial, factor));
        return limited(sum);
    }

    Polynomial minus(Polynomial other) {
        return plus(other.times(Rational.MINUS_ONE));
    }

    public Polynomial times(Rational factor) {
        if (factor.isOne()) {
            return this;
        }
        if (factor.isZero()) {
            return ZERO;
        }
        NavigableMap<Monomial, Rational> product = new TreeMap<>(Collections.reverseOrder());
        terms.forEach((monomial, value) -> product.put(monomial, value.times(factor)));
        return new Polynomial(product);
    }

    public Polynomial times(Polynomial other) {
        if (other.isConstant()) {
            return times(other.constant());
        }
        if (isConstant()) {
            return other.times(constant());
        }
        NavigableMap<Monomial, Rational> product = new TreeMap<>(Collections.reverseOrder());
        for (var a : terms.entrySet()) {
            WorkBudget.spend(6L * other.terms.size());
            for (var b : other.terms.entrySet()) {
                Monomial monomial = a.getKey().times(b.getKey());
                Rational factor = a.getValue().times(b.getValue());
                if (isReduced(monomial)) {
                    add(product, monomial, factor);
                } else {
                    reduced(monomial, factor).terms.forEach((reduced, value) -> add(product, reduced, value));
                }
            }
        }
        return limited(product);
    }

    Polynomial pow(int exponent) {
        Polynomial result = ONE;
        Polynomial square = this;
        for (int left = exponent; left > 0; left >>= 1) {
            if ((left & 1) == 1) {
                result = result.times(square);
            }
            if (left > 1) {
                square = square.times(square);
            }
        }
        return result;
    }

    private static boolean isReduced(Monomial monomial) {
        for (int i = 0; i < monomial.atoms().length; i++) {
            if (monomial.exponents()[i] >= Monomial.ONE && monomial.atoms()[i].isAlgebraic()) {
                return false;
            }
        }
        return true;
    }

    /// A multiple of a monomial, with whole powers of algebraic atoms replaced by their values.
    private static Polynomial reduced(Monomial monomial, Rational factor) {
        Monomial rest = monomial;
        Polynomial values = constant(factor);
        for (int i = 0; i < monomial.atoms().length; i++) {
            Polynomial base = monomial.atoms()[i].base();
            long whole = monomial.exponents()[i] / Monomial.ONE;
            if (base != null && whole > 0) {
                rest = rest.with(monomial.atoms()[i], monomial.exponents()[i] % Monomial.ONE);
                if (base.isConstant()) {
                    values = values.times(base.constant().pow((int) whole));
                } else if (whole > 40) {
                    throw new UnsupportedExpression("exponent out of range");
                } else {
                    values = values.times(base.pow((int) whole));
                }
            }
        }
        return rest.isUnit()
                ? values
                : values.isConstant() ? term(rest, values.constant()) : values.times(term(rest, Rational.ONE));
    }

    private static void add(NavigableMap<Monomial, Rational> sum, Monomial monomial, Rational factor) {
        Rational before = sum.get(monomial);
        Rational after = before == null ? factor : before.plus(factor);
        if (after.isZero()) {
            sum.remove(monomial);
        } else {
            sum.put(monomial, after);
        }
    }

    private static Polynomial limited(NavigableMap<Monomial, Rational> terms) {
        WorkBudget.spend(terms.size());
        if (terms.size() > MAX_TERMS) {
            throw new UnsupportedExpression("too many terms");
        }
        return new Polynomial(terms);
    }

    /// The positive rational number by which to divide to get coprime integer coefficients.
    public Rational content() {
        BigInteger num = BigInteger.ZERO;
        BigInteger den = BigInteger.ONE;
        for (Rational factor : terms.values()) {
            WorkBudget.spend(1);
            num = num.gcd(factor.num());
            den = den.multiply(factor.den().divide(den.gcd(factor.den())));
        }
        return terms.isEmpty() ? Rational.ONE : Rational.of(num, den);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Polynomial polynomial && polynomial.terms.equals(terms);
    }

    @Override
    public int hashCode() {
        return terms.hashCode();
    }

    @Override
    public String toString() {
        if (text == null) {
            StringBuilder sum = new StringBuilder();
            terms.forEach((monomial, factor) -> {
                sum.append(sum.isEmpty() || factor.signum() < 0 ? "" : "+");
                if (monomial.isUnit()) {
                    sum.append(factor);
                } else {
                    sum.append(factor.isOne() ? "" : factor.equals(Rational.MINUS_ONE) ? "-" : factor + "*")
                            .append(monomial);
                }
            });
            text = sum.isEmpty() ? "0" : sum.toString();
            WorkBudget.spend(text.length() / 8);
        }
        return text;
    }
}
