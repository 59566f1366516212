package dev.espalier.problem;

import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;

/// Reads JSON numbers as Java numbers. A JSON file may hold numbers that fit neither double nor long.
public final class JsonNumbers {
    private JsonNumbers() {}

    /// @param number a numeric node
    /// @return infinity if the number is too large for a double
    public static double real(JsonNode number) {
        return number.isBigDecimal() || number.isBigInteger()
                ? number.decimalValue().doubleValue()
                : number.doubleValue();
    }

    /// A finite number as text, whole numbers without ".0" (tables of floating-point numbers hold those).
    static String text(JsonNode number) {
        double real = real(number);
        if (number.isIntegralNumber() || !Double.isFinite(real)) return number.asString();
        if (real == Math.rint(real) && Math.abs(real) < 1e15) return String.valueOf((long) real);
        var text = String.valueOf(real);
        return new BigDecimal(text).compareTo(number.decimalValue()) == 0 ? text : number.asString();
    }

    public static boolean isNaN(JsonNode node) {
        return node.isNumber() && Double.isNaN(real(node));
    }
}
