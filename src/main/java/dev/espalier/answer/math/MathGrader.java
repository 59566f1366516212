package dev.espalier.answer.math;

import dev.espalier.answer.Comparison;
import dev.espalier.answer.Extraction;
import dev.espalier.answer.Grader;
import dev.espalier.answer.extract.AnswerExtractor;
import dev.espalier.answer.math.algebra.UnsupportedExpression;
import dev.espalier.answer.math.algebra.WorkBudget;
import dev.espalier.answer.math.form.ParsedAnswer;
import org.jspecify.annotations.Nullable;

/// Grades mathematics. Accepts the same answer, or one that a named tolerance allows. Tolerances do not affect
/// grouping.
public final class MathGrader implements Grader {
    @Override
    public String name() {
        return "math";
    }

    @Override
    public @Nullable Extraction extract(String text, boolean finished) {
        return AnswerExtractor.extract(text, finished, this::alike);
    }

    /// Whether one answer is accepted for the other.
    public boolean alike(String first, String other) {
        return grade(first, other).accepted() || grade(other, first).accepted();
    }

    /// The canonical form of the answer; of a named number that of the number, so that `n = 8` and `8` are one group.
    @Override
    public String key(String answer) {
        return CanonicalForm.of(answer).withoutName().key();
    }

    @Override
    public String sameness(String first, String other) {
        var one = CanonicalForm.of(first);
        var two = CanonicalForm.of(other);
        if (one.equals(two)) return one.sameness(two);
        return key(first).equals(key(other)) ? "equal apart from the name (n = 8 and 8)" : one.sameness(two);
    }

    @Override
    public Comparison grade(String gold, String pred) {
        return grade(CanonicalForm.of(gold), CanonicalForm.of(pred));
    }

    /// Compares parsed forms. Use it to compare one gold answer with many predictions.
    public Comparison grade(CanonicalForm gold, CanonicalForm pred) {
        if (gold.key().isEmpty() || pred.key().isEmpty()) {
            return comparison(false, false, gold.key().isEmpty() ? "no gold answer" : "no answer", gold, pred);
        }
        if (gold.equals(pred)) {
            return comparison(true, true, "same answer: " + Sameness.rule(gold, pred), gold, pred);
        }
        String tolerance = tolerance(gold, pred);
        return comparison(tolerance != null, false, tolerance != null ? tolerance : "different answers", gold, pred);
    }

    private static @Nullable String tolerance(CanonicalForm gold, CanonicalForm pred) {
        CanonicalForm goldPoint = gold.withDecimalPoint();
        CanonicalForm predPoint = pred.withDecimalPoint();
        if (goldPoint != null && goldPoint.equals(pred) || predPoint != null && predPoint.equals(gold)) {
            return Tolerances.COMMA;
        }
        ParsedAnswer expected = gold.parsed();
        ParsedAnswer actual = pred.parsed();
        if (expected == null || actual == null) {
            return null;
        }
        try {
            return WorkBudget.within(() -> Tolerances.accepting(expected, actual));
        } catch (UnsupportedExpression _) {
            return null;
        }
    }

    private static Comparison comparison(
            boolean accepted, boolean same, String rule, CanonicalForm gold, CanonicalForm pred) {
        return new Comparison(accepted, same, rule, gold.key(), pred.key());
    }
}
