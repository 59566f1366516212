package dev.espalier.answer.math;

import dev.espalier.answer.math.algebra.Expr;
import dev.espalier.answer.math.parse.AnswerText;
import java.util.Map;

/// Says in a few words why two answers with equal keys are the same.
final class Sameness {
    private static final Map<String, String> EXACT = Map.of(
            "integer",
            "equal as whole numbers",
            "rational",
            "equal as fractions",
            "radical",
            "equal as radicals",
            "complex",
            "equal as complex numbers",
            "constant",
            "equal as exact constants",
            "expression",
            "equal as expressions in lowest terms",
            "equation",
            "the same equation after rearranging",
            "inequality",
            "the same inequality after rearranging",
            "text",
            "the same words",
            "set",
            "the same elements");

    private Sameness() {}

    static String rule(CanonicalForm first, CanonicalForm other) {
        if (first.display().equals(other.display())) {
            return "identical text";
        }
        if (AnswerText.compressed(first.display()).equals(AnswerText.compressed(other.display()))) {
            return "identical text apart from spacing and sizes";
        }
        if (first.expr() instanceof Expr a && other.expr() instanceof Expr b) {
            if (hasUnit(a) != hasUnit(b)) {
                return "equal without the unit";
            }
            if (a instanceof Expr.Percent != b instanceof Expr.Percent) {
                return "equal as percent and number";
            }
        }
        return EXACT.getOrDefault(first.kind(), "the same " + first.kind() + ", part by part");
    }

    private static boolean hasUnit(Expr expr) {
        return switch (expr) {
            case Expr.Quantity _, Expr.Degrees _ -> true;
            case Expr.Negated(Expr value) -> hasUnit(value);
            default -> false;
        };
    }
}
