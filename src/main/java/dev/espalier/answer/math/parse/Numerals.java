package dev.espalier.answer.math.parse;

import dev.espalier.answer.math.algebra.Expr.Num;
import dev.espalier.answer.math.algebra.Rational;
import dev.espalier.answer.math.algebra.UnsupportedExpression;
import java.math.BigInteger;

/// Reads decimal numbers exactly, with a repeating part in brackets (`0.(3)`) and an exponent of ten (`1.5e-3`).
public final class Numerals {
    private static final int LONGEST = 1_000;

    private Numerals() {
    }

    public static boolean isWhole(String digits) {
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                return false;
            }
        }
        return !digits.isEmpty();
    }

    static boolean isProper(String above, String below) {
        return isWhole(above) && isWhole(below) && above.length() < 19 && below.length() < 19 && Long.parseLong(above) < Long.parseLong(below);
    }

    static Num read(String written) {
        if (written.length() > LONGEST) {
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
        Rational value = Rational.of(plain.isEmpty() ? BigInteger.ZERO : new BigInteger(plain), BigInteger.TEN.pow(places));
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
