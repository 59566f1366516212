package dev.espalier.problem;

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

    public static boolean isNaN(JsonNode node) {
        return node.isNumber() && Double.isNaN(real(node));
    }
}
