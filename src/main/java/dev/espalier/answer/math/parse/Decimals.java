package dev.espalier.answer.math.parse;

import dev.espalier.answer.math.algebra.Expr.Num;
import dev.espalier.answer.math.algebra.Rational;
import dev.espalier.answer.math.algebra.UnsupportedExpression;
import java.math.BigInteger;

/// Parses decimals exactly, with a repeating part in parentheses (`0.(3)`) and an exponent of ten (`1.5e-3`).
public final class Decimals {
    private static final int MAX_LENGTH = 1_000;

    private Decimals() {}

    public static boolean isWhole(String digits) {
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                return false;
            }
        }
        return !digits.isEmpty();
    }

    static boolean isProper(String numerator, String denominator) {
        return isWhole(numerator)
                && isWhole(denominator)
                && numerator.length() < 19
                && denominator.length() < 19
                && Long.parseLong(numerator) < Long.parseLong(denominator);
    }

    static Num read(String written) {
        if (written.length() > MAX_LENGTH) {
            throw new UnsupportedExpression("number too large");
        }
        if (isWhole(written)) {
            return new Num(Rational.of(new BigInteger(written)), -1);
        }
        String digits = written;
        int exponent = 0;
        int e = Math.max(digits.indexOf('e'), digits.indexOf('E'));
        if (e >= 0) {
            exponent = Integer.parseInt(digits.substring(e + 1));
            digits = digits.substring(0, e);
        }
        String repeating = "";
        int bracket = digits.indexOf('(');
        if (bracket >= 0) {
            repeating = digits.substring(bracket + 1, digits.length() - 1);
            digits = digits.substring(0, bracket);
        }
        int point = digits.indexOf('.');
        int places = point < 0 ? 0 : digits.length() - point - 1;
        String plain = point < 0 ? digits : digits.substring(0, point) + digits.substring(point + 1);
        Rational value =
                Rational.of(plain.isEmpty() ? BigInteger.ZERO : new BigInteger(plain), BigInteger.TEN.pow(places));
        if (!repeating.isEmpty()) {
            BigInteger nines = BigInteger.TEN.pow(repeating.length()).subtract(BigInteger.ONE);
            value = value.plus(Rational.of(new BigInteger(repeating), nines.multiply(BigInteger.TEN.pow(places))));
        }
        if (exponent != 0) {
            value = value.times(Rational.of(10).pow(exponent));
        }
        return new Num(value, exponent == 0 && repeating.isEmpty() ? places : 0);
    }
}
