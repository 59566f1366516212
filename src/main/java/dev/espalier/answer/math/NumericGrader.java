package dev.espalier.answer.math;

import dev.espalier.EspalierException;
import dev.espalier.answer.Comparison;
import dev.espalier.answer.Extraction;
import dev.espalier.answer.Grader;
import dev.espalier.answer.math.algebra.Evaluator;
import dev.espalier.answer.math.algebra.NumericValue;
import dev.espalier.answer.math.algebra.UnsupportedExpression;
import dev.espalier.answer.math.algebra.WorkBudget;
import org.jspecify.annotations.Nullable;

/// Grades numbers with a relative tolerance. Accepts what [MathGrader] accepts, and numbers within the tolerance of the
/// gold number. Groups answers as mathematics does, since "near" is no equivalence relation.
public final class NumericGrader implements Grader {
    /// The absolute tolerance if the gold number is 0.
    private static final double NEAR_ZERO = 1e-12;
    private static final MathGrader MATHEMATICS = new MathGrader();

    private final double tolerance;

    /// @param tolerance the largest accepted difference as a share of the gold number, for example 0.01
    public NumericGrader(double tolerance) {
        if (!(tolerance >= 0 && tolerance < 1))
            throw new EspalierException(
                    "The tolerance of numbers must be at least 0 and below 1, not %s.".formatted(tolerance));
        this.tolerance = tolerance;
    }

    @Override
    public String name() {
        return "number";
    }

    @Override
    public @Nullable Extraction extract(String text, boolean finished) {
        return MATHEMATICS.extract(text, finished);
    }

    @Override
    public String key(String answer) {
        return MATHEMATICS.key(answer);
    }

    @Override
    public String sameness(String first, String other) {
        return MATHEMATICS.sameness(first, other);
    }

    @Override
    public Comparison grade(String gold, String pred) {
        var expected = CanonicalForm.of(gold);
        var actual = CanonicalForm.of(pred);
        var exact = MATHEMATICS.grade(expected, actual);
        if (exact.accepted()) return exact;
        double difference = Math.abs(number(expected) - number(actual));
        return difference <= Math.max(NEAR_ZERO, tolerance * Math.abs(number(expected)))
                ? new Comparison(
                        true,
                        false,
                        "within " + tolerance + " of the gold number",
                        exact.canonicalGold(),
                        exact.canonicalPred())
                : exact;
    }

    /// The answer's real value; NaN if it has none.
    private static double number(CanonicalForm form) {
        var expr = form.expr();
        if (expr == null || Evaluator.signs(expr) != 0) return Double.NaN;
        try {
            return WorkBudget.within(() -> {
                var value = new Evaluator(0).value(expr);
                return NumericValue.isConstant(value) ? NumericValue.real(value) : Double.NaN;
            });
        } catch (UnsupportedExpression _) {
            return Double.NaN;
        }
    }
}
