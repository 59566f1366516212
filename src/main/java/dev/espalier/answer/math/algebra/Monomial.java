package dev.espalier.answer.math.algebra;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A product of powers of atoms, sorted by atom. Exponents are positive integers in units of 1/[#ONE], so fractional
/// exponents are exact. The order is lexicographic, an admissible monomial order.
public record Monomial(Atom[] atoms, long[] exponents) implements Comparable<Monomial> {
    /// The exponent 1. Divisible by every number up to 16.
    public static final long ONE = 720_720;
    static final Monomial UNIT = new Monomial(new Atom[0], new long[0]);
    private static final long MAX_EXPONENT = ONE * 100_000;

    public static Monomial of(Atom atom, long exponent) {
        if (exponent == 0) {
            return UNIT;
        }
        if (exponent < 0 || exponent > MAX_EXPONENT) {
            throw new UnsupportedExpression("exponent out of range");
        }
        return new Monomial(new Atom[] {atom}, new long[] {exponent});
    }

    boolean isUnit() {
        return atoms.length == 0;
    }

    public long exponent(Atom atom) {
        int at = Arrays.binarySearch(atoms, atom);
        return at < 0 ? 0 : exponents[at];
    }

    Monomial times(Monomial other) {
        if (isUnit()) {
            return other;
        }
        if (other.isUnit()) {
            return this;
        }
        Atom[] merged = new Atom[atoms.length + other.atoms.length];
        long[] sums = new long[merged.length];
        int i = 0;
        int j = 0;
        int n = 0;
        while (i < atoms.length || j < other.atoms.length) {
            int order = i == atoms.length ? 1 : j == other.atoms.length ? -1 : atoms[i].compareTo(other.atoms[j]);
            merged[n] = order <= 0 ? atoms[i] : other.atoms[j];
            sums[n] = (order <= 0 ? exponents[i++] : 0) + (order >= 0 ? other.exponents[j++] : 0);
            if (sums[n++] > MAX_EXPONENT) {
                throw new UnsupportedExpression("exponent out of range");
            }
        }
        return new Monomial(Arrays.copyOf(merged, n), Arrays.copyOf(sums, n));
    }

    /// This divided by another monomial; null if that gives a negative exponent.
    @Nullable
    Monomial over(Monomial other) {
        Monomial quotient = this;
        for (int i = 0; i < other.atoms.length; i++) {
            long left = exponent(other.atoms[i]) - other.exponents[i];
            if (left < 0) {
                return null;
            }
            quotient = quotient.with(other.atoms[i], left);
        }
        return quotient;
    }

    /// A copy with another exponent for an atom that it contains.
    Monomial with(Atom atom, long exponent) {
        int at = Arrays.binarySearch(atoms, atom);
        if (at < 0) {
            return times(of(atom, exponent));
        }
        if (exponent != 0) {
            long[] changed = exponents.clone();
            changed[at] = exponent;
            return new Monomial(atoms, changed);
        }
        Atom[] fewer = new Atom[atoms.length - 1];
        long[] rest = new long[fewer.length];
        System.arraycopy(atoms, 0, fewer, 0, at);
        System.arraycopy(atoms, at + 1, fewer, at, fewer.length - at);
        System.arraycopy(exponents, 0, rest, 0, at);
        System.arraycopy(exponents, at + 1, rest, at, rest.length - at);
        return new Monomial(fewer, rest);
    }

    @Override
    public int compareTo(Monomial other) {
        for (int i = 0; ; i++) {
            if (i == atoms.length || i == other.atoms.length) {
                return Integer.compare(atoms.length, other.atoms.length);
            }
            int order = other.atoms[i].compareTo(atoms[i]);
            if (order == 0) {
                order = Long.compare(exponents[i], other.exponents[i]);
            }
            if (order != 0) {
                return order;
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Monomial monomial && compareTo(monomial) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(atoms) + Arrays.hashCode(exponents);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < atoms.length; i++) {
            text.append(i == 0 ? "" : "*").append(atoms[i].text(exponents[i]));
        }
        return text.toString();
    }
}
