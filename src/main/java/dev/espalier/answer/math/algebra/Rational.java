package dev.espalier.answer.math.algebra;

import java.math.BigInteger;

/// An exact rational number in lowest terms with a positive denominator.
public record Rational(BigInteger num, BigInteger den) implements Comparable<Rational> {
    static final Rational ZERO = of(0);
    public static final Rational ONE = of(1);
    public static final Rational MINUS_ONE = of(-1);
    static final Rational HALF = new Rational(BigInteger.ONE, BigInteger.TWO);

    public static Rational of(long value) {
        return new Rational(BigInteger.valueOf(value), BigInteger.ONE);
    }

    public static Rational of(long num, long den) {
        return of(BigInteger.valueOf(num), BigInteger.valueOf(den));
    }

    public static Rational of(BigInteger value) {
        return new Rational(value, BigInteger.ONE);
    }

    public static Rational of(BigInteger num, BigInteger den) {
        int sign = den.signum();
        if (sign == 0) {
            throw new UnsupportedExpression("division by zero");
        }
        int words = 1 + (num.bitLength() + den.bitLength()) / 64;
        WorkBudget.spend((long) words * words);
        if (words > 2 * WorkBudget.MAX_NUMBER_BITS / 64) {
            throw new UnsupportedExpression("number too large");
        }
        BigInteger gcd = num.gcd(den);
        if (sign < 0) {
            gcd = gcd.negate();
        }
        return gcd.equals(BigInteger.ONE) ? new Rational(num, den) : new Rational(num.divide(gcd), den.divide(gcd));
    }

    public Rational plus(Rational other) {
        if (isInteger() && other.isInteger()) {
            return of(num.add(other.num));
        }
        return of(num.multiply(other.den).add(other.num.multiply(den)), den.multiply(other.den));
    }

    public Rational minus(Rational other) {
        return plus(other.negate());
    }

    public Rational times(Rational other) {
        if (isInteger() && other.isInteger()) {
            BigInteger product = num.multiply(other.num);
            int words = 1 + product.bitLength() / 64;
            WorkBudget.spend((long) words * words);
            if (words > 2 * WorkBudget.MAX_NUMBER_BITS / 64) {
                throw new UnsupportedExpression("number too large");
            }
            return new Rational(product, BigInteger.ONE);
        }
        return of(num.multiply(other.num), den.multiply(other.den));
    }

    public Rational over(Rational other) {
        return of(num.multiply(other.den), den.multiply(other.num));
    }

    public Rational negate() {
        return new Rational(num.negate(), den);
    }

    public Rational abs() {
        return num.signum() < 0 ? negate() : this;
    }

    public Rational pow(int exponent) {
        if (exponent < 0) {
            return ONE.over(pow(-exponent));
        }
        if ((long) exponent
                        * Math.max(
                                num.abs().subtract(BigInteger.ONE).bitLength(),
                                den.subtract(BigInteger.ONE).bitLength())
                > WorkBudget.MAX_NUMBER_BITS) {
            throw new UnsupportedExpression("number too large");
        }
        return new Rational(num.pow(exponent), den.pow(exponent));
    }

    /// The greatest integer less than or equal to this.
    BigInteger floor() {
        BigInteger[] parts = num.divideAndRemainder(den);
        return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }

    public boolean isInteger() {
        return den.equals(BigInteger.ONE);
    }

    boolean isZero() {
        return num.signum() == 0;
    }

    public boolean isOne() {
        return num.equals(BigInteger.ONE) && isInteger();
    }

    public int signum() {
        return num.signum();
    }

    /// The value as an int, for exponents and indices.
    public int toInt() {
        if (!isInteger() || num.bitLength() > 30) {
            throw new UnsupportedExpression("not a small integer");
        }
        return num.intValue();
    }

    public boolean isSmallInteger() {
        return isInteger() && num.bitLength() <= 30;
    }

    /// This times 10 to the power of `places`, rounded half away from zero.
    public BigInteger rounded(int places) {
        Rational scaled = abs().times(of(BigInteger.TEN.pow(places)));
        BigInteger rounded = scaled.plus(HALF).floor();
        return signum() < 0 ? rounded.negate() : rounded;
    }

    public double toDouble() {
        int shift = Math.max(num.bitLength(), den.bitLength()) - 1_000;
        return shift <= 0
                ? num.doubleValue() / den.doubleValue()
                : num.shiftRight(shift).doubleValue() / den.shiftRight(shift).doubleValue();
    }

    @Override
    public int compareTo(Rational other) {
        return num.multiply(other.den).compareTo(other.num.multiply(den));
    }

    @Override
    public String toString() {
        return isInteger() ? num.toString() : num + "/" + den;
    }
}
