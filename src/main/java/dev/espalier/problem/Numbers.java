package dev.espalier.problem;

import tools.jackson.databind.JsonNode;

/// Numbers of JSON as Java's: a file may hold any, also such as no double and no long can be.
public final class Numbers {
    private Numbers() {}

    /// @param number a node that is a number
    /// @return infinite where it is too large for a double
    public static double real(JsonNode number) {
        return number.isBigDecimal() || number.isBigInteger() ? number.decimalValue().doubleValue() : number.doubleValue();
    }

    public static boolean isNaN(JsonNode node) {
        return node.isNumber() && Double.isNaN(real(node));
    }
}
