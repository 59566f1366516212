package dev.espalier.answer.math.algebra;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// What monomials are made of: a variable, a constant such as π, a function of something, or an *algebraic* atom whose value is a polynomial in other
/// atoms and of which only a fractional power is ever kept: √2 is the atom 2 to the power ½, i the atom −1 to the power ½, cos x the atom 1 − sin² x
/// to the power ½ (with the cosine's own sign).
///
/// Fractional powers of distinct primes are linearly independent over the rational numbers (Besicovitch 1940), which makes sums of radicals unique.
///
/// @param key    its identity; no two atoms of equal key differ in value
/// @param nature how it evaluates
/// @param base   the value of its first power, for algebraic atoms
/// @param of     what the function or power is taken of
public record Atom(String key, Nature nature, @Nullable Polynomial base, @Nullable Fraction of, @Nullable Fraction exponent) implements Comparable<Atom> {
    public enum Nature { SYMBOL, PRIME, IMAGINARY, ROOT, COSINE, POWER, FUNCTION }

    static final Atom PI = symbol("pi");
    static final Atom E = symbol("e");
    public static final Atom INFINITY = symbol("inf");
    static final Atom MINUS_ONE = new Atom("~i", Nature.IMAGINARY, Polynomial.constant(Rational.MINUS_ONE), null, null);

    static Atom symbol(String name) {
        return new Atom(name, Nature.SYMBOL, null, null, null);
    }

    static Atom prime(BigInteger prime) {
        return new Atom("~" + prime, Nature.PRIME, Polynomial.constant(Rational.of(prime)), null, null);
    }

    static Atom root(Polynomial radicand) {
        return new Atom("~(" + radicand + ")", Nature.ROOT, radicand, null, null);
    }

    static Atom function(String name, Fraction argument) {
        return new Atom(name + "(" + argument + ")", Nature.FUNCTION, null, argument, null);
    }

    static Atom cosineSquared(Fraction argument, Polynomial oneMinusSineSquared) {
        return new Atom("~cos2(" + argument + ")", Nature.COSINE, oneMinusSineSquared, argument, null);
    }

    static Atom power(Fraction base, Fraction exponent) {
        return new Atom("(" + base + ")^(" + exponent + ")", Nature.POWER, null, base, exponent);
    }

    boolean isAlgebraic() {
        return base != null;
    }

    /// Whether every real value it can take is positive, so that powers of powers may be multiplied out.
    boolean isPositive() {
        return nature == Nature.PRIME || nature == Nature.POWER || this.equals(PI) || this.equals(E);
    }

    /// Its power as it is read in a key: different powers of different atoms never read alike.
    String text(long power) {
        boolean root = power == Monomial.ONE / 2;
        return switch (nature) {
            case IMAGINARY -> "i";
            case COSINE -> "cos(" + of + ")";
            case PRIME -> root ? "sqrt(" + base + ")" : base + "^(" + Rational.of(power, Monomial.ONE) + ")";
            case ROOT -> root ? "sqrt(" + base + ")" : "(" + base + ")^(" + Rational.of(power, Monomial.ONE) + ")";
            case SYMBOL, POWER, FUNCTION -> {
                Rational exponent = Rational.of(power, Monomial.ONE);
                yield exponent.isOne() ? key : key + "^" + (exponent.isInteger() ? exponent.toString() : "(" + exponent + ")");
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
