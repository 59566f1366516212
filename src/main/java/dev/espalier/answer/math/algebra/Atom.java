package dev.espalier.answer.math.algebra;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// A factor of monomials: a variable, a constant such as π, a function value, or an *algebraic* atom. The value of an
/// algebraic atom is a polynomial in other atoms; monomials keep only fractional powers of it. √2 is the atom 2 to the
/// power ½, i the atom −1 to the power ½, cos x the atom 1 − sin² x to the power ½ (with the sign of the cosine).
///
/// Fractional powers of distinct primes are linearly independent over the rational numbers (Besicovitch 1940), which
/// makes sums of radicals unique.
///
/// @param key      its identity; atoms with equal keys have equal values
/// @param kind     how it evaluates
/// @param base     the value of its first power, for algebraic atoms
/// @param argument the argument of the function or the base of the power
public record Atom(
        String key,
        Kind kind,
        @Nullable Polynomial base,
        @Nullable Fraction argument,
        @Nullable Fraction exponent) implements Comparable<Atom> {
    public enum Kind {
        SYMBOL,
        PRIME,
        IMAGINARY,
        ROOT,
        COSINE,
        POWER,
        FUNCTION
    }

    static final Atom PI = symbol("pi");
    static final Atom E = symbol("e");
    public static final Atom INFINITY = symbol("inf");
    static final Atom MINUS_ONE = new Atom("~i", Kind.IMAGINARY, Polynomial.constant(Rational.MINUS_ONE), null, null);

    static Atom symbol(String name) {
        return new Atom(name, Kind.SYMBOL, null, null, null);
    }

    static Atom prime(BigInteger prime) {
        return new Atom("~" + prime, Kind.PRIME, Polynomial.constant(Rational.of(prime)), null, null);
    }

    static Atom root(Polynomial radicand) {
        return new Atom("~(" + radicand + ")", Kind.ROOT, radicand, null, null);
    }

    static Atom function(String name, Fraction argument) {
        return new Atom(name + "(" + argument + ")", Kind.FUNCTION, null, argument, null);
    }

    static Atom cosineSquared(Fraction argument, Polynomial oneMinusSineSquared) {
        return new Atom("~cos2(" + argument + ")", Kind.COSINE, oneMinusSineSquared, argument, null);
    }

    static Atom power(Fraction base, Fraction exponent) {
        return new Atom("(" + base + ")^(" + exponent + ")", Kind.POWER, null, base, exponent);
    }

    boolean isAlgebraic() {
        return base != null;
    }

    /// Returns true if all its real values are positive, so that powers of powers can be multiplied out.
    boolean isPositive() {
        return kind == Kind.PRIME || kind == Kind.POWER || this.equals(PI) || this.equals(E);
    }

    /// Its power as part of a key. Different powers of different atoms have different texts.
    String text(long power) {
        boolean root = power == Monomial.ONE / 2;
        return switch (kind) {
            case IMAGINARY -> "i";
            case COSINE -> "cos(" + argument + ")";
            case PRIME -> root ? "sqrt(" + base + ")" : base + "^(" + Rational.of(power, Monomial.ONE) + ")";
            case ROOT -> root ? "sqrt(" + base + ")" : "(" + base + ")^(" + Rational.of(power, Monomial.ONE) + ")";
            case SYMBOL, POWER, FUNCTION -> {
                Rational exponent = Rational.of(power, Monomial.ONE);
                yield exponent.isOne()
                        ? key
                        : key + "^" + (exponent.isInteger() ? exponent.toString() : "(" + exponent + ")");
            }
        };
    }

    @Override
    public int compareTo(Atom other) {
        return this == other ? 0 : key.compareTo(other.key);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Atom atom && atom.key.equals(key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }
}
