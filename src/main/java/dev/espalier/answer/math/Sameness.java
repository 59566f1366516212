package dev.espalier.answer.math;

import dev.espalier.answer.math.algebra.Expr;
import dev.espalier.answer.math.parse.Surface;
import java.util.Map;

/// Why two answers with equal keys are one answer, in a few words for the reader.
final class Sameness {
    private static final Map<String, String> EXACT = Map.of("integer", "equal as whole numbers", "rational", "equal as fractions", "radical", "equal as radicals",
            "complex", "equal as complex numbers", "constant", "equal as exact constants", "expression", "equal as expressions in lowest terms",
            "equation", "the same equation arranged alike", "inequality", "the same inequality arranged alike", "text", "the same words", "set", "the same elements");

    private Sameness() {
    }

    static String rule(CanonicalForm first, CanonicalForm other) {
        if (first.display().equals(other.display())) {
            return "written alike";
        }
        if (Surface.compressed(first.display()).equals(Surface.compressed(other.display()))) {
            return "written alike but for spaces and sizes";
        }
        if (first.expr() instanceof Expr a && other.expr() instanceof Expr b) {
            if (hasUnit(a) != hasUnit(b)) {
                return "the unit left out";
            }
            if (a instanceof Expr.Percent != b instanceof Expr.Percent) {
                return "the percent sign worked out";
            }
        }
        return EXACT.getOrDefault(first.kind(), "the same " + first.kind() + ", part by part");
    }

    private static boolean hasUnit(Expr expr) {
        return switch (expr) {
            case Expr.Measured _, Expr.Degrees _ -> true;
            case Expr.Negated(Expr value) -> hasUnit(value);
            default -> false;
        };
    }
}
