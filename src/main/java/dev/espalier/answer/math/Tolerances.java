package dev.espalier.answer.math;

import dev.espalier.answer.math.algebra.Atom;
import dev.espalier.answer.math.algebra.Evaluator;
import dev.espalier.answer.math.algebra.Expr;
import dev.espalier.answer.math.algebra.Expr.Items;
import dev.espalier.answer.math.algebra.Expr.Negated;
import dev.espalier.answer.math.algebra.Expr.Power;
import dev.espalier.answer.math.algebra.Expr.Product;
import dev.espalier.answer.math.algebra.Expr.Relation;
import dev.espalier.answer.math.algebra.Expr.Sequence;
import dev.espalier.answer.math.algebra.Expr.Symbol;
import dev.espalier.answer.math.algebra.Fraction;
import dev.espalier.answer.math.algebra.Monomial;
import dev.espalier.answer.math.algebra.NumericValue;
import dev.espalier.answer.math.algebra.Polynomial;
import dev.espalier.answer.math.algebra.Rational;
import dev.espalier.answer.math.form.Assignment;
import dev.espalier.answer.math.form.Canonicaliser;
import dev.espalier.answer.math.form.Form;
import dev.espalier.answer.math.form.Inequalities;
import dev.espalier.answer.math.form.ParsedAnswer;
import dev.espalier.answer.math.form.Rounding;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// Rules that accept a prediction which is not the same answer as the gold answer. Most missing units need no rule:
/// canonical forms omit units.
final class Tolerances {
    static final String NAMED = "a name on one side only (x = 5 for 5)";
    static final String COMMA = "a comma for the decimal point";
    private static final String ROUNDED = "rounded to the gold answer's digits";
    private static final String DIGITS = "the gold answer's value to ten digits or more";
    private static final String NUMERIC = "equal at test points to 1e-9";
    private static final Set<String> UNIT_LETTERS = Set.of("m", "g", "s", "h", "L", "N", "J", "W", "V");

    /// The named tolerances, in the order of precedence.
    private static final List<Tolerance> WHOLE = List.of(
            new Tolerance("a percent sign on one side only", Tolerances::differByPercent),
            new Tolerance("order of a set", Tolerances::haveTheSameElements),
            new Tolerance("a vector written as a tuple", Tolerances::areTheSameVector),
            new Tolerance("a ratio in other terms", Tolerances::areTheSameRatio),
            new Tolerance("a unit on one side only", Tolerances::differByUnit),
            new Tolerance("a condition for its interval", Inequalities::describeTheSame));

    private record Tolerance(String name, BiPredicate<ParsedAnswer, ParsedAnswer> accepts) {}

    private Tolerances() {}

    /// Returns the name of the first tolerance that accepts the prediction; null if none does.
    static @Nullable String accepting(ParsedAnswer gold, ParsedAnswer pred) {
        String direct = acceptingValue(gold, pred);
        if (direct != null) {
            return direct;
        }
        Assignment goldAssignment = Assignment.of(gold.expr());
        Assignment predAssignment = Assignment.of(pred.expr());
        if (goldAssignment == null && predAssignment == null
                || goldAssignment != null && predAssignment != null && !goldAssignment.matches(predAssignment)) {
            return null;
        }
        for (ParsedAnswer expected : goldAssignment == null ? List.of(gold) : parsed(goldAssignment)) {
            for (ParsedAnswer actual : predAssignment == null ? List.of(pred) : parsed(predAssignment)) {
                String inner =
                        expected.form().key().equals(actual.form().key()) ? "" : acceptingValue(expected, actual);
                if (inner != null) {
                    return inner.isEmpty() ? NAMED : NAMED + ", " + inner;
                }
            }
        }
        return null;
    }

    private static List<ParsedAnswer> parsed(Assignment assignment) {
        return assignment.values().stream().map(ParsedAnswer::of).toList();
    }

    private static @Nullable String acceptingValue(ParsedAnswer gold, ParsedAnswer pred) {
        for (Tolerance tolerance : WHOLE) {
            if (tolerance.accepts.test(gold, pred)) {
                return tolerance.name;
            }
        }
        String rule = compareParts(gold.expr(), pred.expr());
        return rule == null || rule.isEmpty() ? null : rule;
    }

    private static String key(Expr expr) {
        return Canonicaliser.form(expr).key();
    }

    /// Compares part by part. Returns "" if all parts are the same, null if one is not accepted, else the rule for
    /// the first different part.
    private static @Nullable String compareParts(Expr gold, Expr pred) {
        if (gold instanceof Sequence(char open, List<Expr> expected, char close)
                && pred instanceof Sequence(char opened, List<Expr> actual, char closed)) {
            return open == opened && close == closed ? compareParts(expected, actual) : null;
        }
        if (gold instanceof Items(List<Expr> expected, var _) && pred instanceof Items(List<Expr> actual, var _)) {
            return compareParts(expected, actual);
        }
        if (gold instanceof Expr.Matrix(List<List<Expr>> expected)
                && pred instanceof Expr.Matrix(List<List<Expr>> actual)) {
            boolean fits = expected.size() == actual.size()
                    && expected.getFirst().size() == actual.getFirst().size();
            return fits
                    ? compareParts(
                            expected.stream().flatMap(List::stream).toList(),
                            actual.stream().flatMap(List::stream).toList())
                    : null;
        }
        Form expected = Canonicaliser.form(gold);
        Form actual = Canonicaliser.form(pred);
        if (expected.key().equals(actual.key())) {
            return "";
        }
        if (!(expected instanceof Form.Scalar(Fraction a)) || !(actual instanceof Form.Scalar(Fraction b))) {
            return null;
        }
        if (Rounding.of(gold) instanceof Rounding decimal && decimal.isRoundingOf(b)) {
            return ROUNDED;
        }
        if (Rounding.of(pred) instanceof Rounding decimal && decimal.approximates(a)) {
            return DIGITS;
        }
        return (isTranscendental(a) || isTranscendental(b)) && NumericValue.agree(a, b) ? NUMERIC : null;
    }

    private static @Nullable String compareParts(List<Expr> gold, List<Expr> pred) {
        if (gold.size() != pred.size()) {
            return null;
        }
        String rule = "";
        for (int i = 0; i < gold.size(); i++) {
            String part = compareParts(gold.get(i), pred.get(i));
            if (part == null) {
                return null;
            }
            rule = rule.isEmpty() ? part : rule;
        }
        return rule;
    }

    private static boolean differByPercent(ParsedAnswer gold, ParsedAnswer pred) {
        return isPercent(gold.expr()) != isPercent(pred.expr())
                && key(withoutPercent(gold.expr())).equals(key(withoutPercent(pred.expr())));
    }

    private static boolean isPercent(Expr expr) {
        return expr instanceof Expr.Percent || expr instanceof Negated(Expr value) && isPercent(value);
    }

    private static Expr withoutPercent(Expr expr) {
        return switch (expr) {
            case Expr.Percent(Expr value) -> value;
            case Negated(Expr value) -> new Negated(withoutPercent(value));
            default -> expr;
        };
    }

    /// True if one answer is a set, alternatives ("3 or 4") or a list of points, and both have the same elements.
    private static boolean haveTheSameElements(ParsedAnswer gold, ParsedAnswer pred) {
        boolean unordered = isUnordered(gold) || isUnordered(pred) || arePoints(gold.form()) && arePoints(pred.form());
        return unordered
                && elements(gold.form()).key().equals(elements(pred.form()).key());
    }

    private static boolean isUnordered(ParsedAnswer answer) {
        return answer.form() instanceof Form.FiniteSet
                || answer.expr() instanceof Items(var _, boolean alternatives) && alternatives;
    }

    private static boolean arePoints(Form form) {
        return form instanceof Form.AnswerList(List<Form> items, var _)
                && items.stream().allMatch(item -> item instanceof Form.Sequence);
    }

    private static Form.FiniteSet elements(Form form) {
        return switch (form) {
            case Form.FiniteSet bag -> bag;
            case Form.AnswerList(List<Form> items, var _) -> Form.FiniteSet.of(items);
            default -> new Form.FiniteSet(List.of(form));
        };
    }

    private static boolean areTheSameVector(ParsedAnswer gold, ParsedAnswer pred) {
        String tuple = gold.form() instanceof Form.Grid || pred.form() instanceof Form.Grid ? tuple(gold.form()) : "";
        return !tuple.isEmpty() && tuple.equals(tuple(pred.form()));
    }

    private static String tuple(Form form) {
        if (form instanceof Form.Sequence(char open, List<Form> items, char close, var _)
                && (open == '(' && close == ')' || open == '[' && close == ']')) {
            return new Form.Sequence('(', items, ')').key();
        }
        if (form instanceof Form.Grid(List<List<Form>> rows, var _)) {
            if (rows.size() == 1) {
                return new Form.Sequence('(', rows.getFirst(), ')').key();
            }
            if (rows.stream().allMatch(row -> row.size() == 1)) {
                return new Form.Sequence('(', rows.stream().map(List::getFirst).toList(), ')').key();
            }
        }
        return "";
    }

    /// Accepts 4:6 for 2:3, and 2:3 for two thirds.
    private static boolean areTheSameRatio(ParsedAnswer gold, ParsedAnswer pred) {
        if (!isRatio(gold.expr()) && !isRatio(pred.expr())) {
            return false;
        }
        List<Fraction> expected = terms(gold.expr());
        List<Fraction> actual = terms(pred.expr());
        if (expected.isEmpty() || actual.isEmpty()) {
            return false;
        }
        if (expected.size() == 1 || actual.size() == 1) {
            List<Fraction> ratio = expected.size() == 1 ? actual : expected;
            Fraction quotient = expected.size() == 1 ? expected.getFirst() : actual.getFirst();
            return ratio.size() == 2 && !quotient.isZero() && ratio.getFirst().equals(quotient.times(ratio.getLast()));
        }
        boolean proportional = expected.size() == actual.size();
        for (int i = 1; i < expected.size() && proportional; i++) {
            proportional = expected.get(i)
                    .times(actual.getFirst())
                    .equals(actual.get(i).times(expected.getFirst()));
        }
        return proportional
                && !expected.getFirst().isZero()
                && !actual.getFirst().isZero();
    }

    private static boolean isRatio(Expr expr) {
        return expr instanceof Relation(var _, List<String> operators)
                && operators.stream().allMatch(":"::equals);
    }

    private static List<Fraction> terms(Expr expr) {
        List<Expr> sides = isRatio(expr) && expr instanceof Relation(List<Expr> parts, var _) ? parts : List.of(expr);
        List<Form> forms = sides.stream().map(Canonicaliser::form).toList();
        return forms.stream().allMatch(Form.Scalar.class::isInstance)
                ? forms.stream().map(form -> ((Form.Scalar) form).value()).toList()
                : List.of();
    }

    /// Accepts `10m^2` for 10: a letter to the second or third power is a unit if the other answer has no letters.
    private static boolean differByUnit(ParsedAnswer gold, ParsedAnswer pred) {
        return !Evaluator.hasLetters(gold.expr())
                        && withoutUnit(pred.expr()) instanceof Expr plain
                        && key(plain).equals(gold.form().key())
                || !Evaluator.hasLetters(pred.expr())
                        && withoutUnit(gold.expr()) instanceof Expr bare
                        && key(bare).equals(pred.form().key());
    }

    private static @Nullable Expr withoutUnit(Expr expr) {
        return expr instanceof Product(List<Expr> factors)
                        && factors.size() == 2
                        && !Evaluator.hasLetters(factors.getFirst())
                        && factors.getLast() instanceof Power(Symbol(String letter), Expr.Num(Rational power, var _))
                        && UNIT_LETTERS.contains(letter)
                        && (power.equals(Rational.of(2)) || power.equals(Rational.of(3)))
                ? factors.getFirst()
                : null;
    }

    private static boolean isTranscendental(Fraction fraction) {
        return isTranscendental(fraction.num()) || isTranscendental(fraction.den());
    }

    private static boolean isTranscendental(Polynomial polynomial) {
        for (Monomial monomial : polynomial.terms().keySet()) {
            for (Atom atom : monomial.atoms()) {
                if (atom.kind() != Atom.Kind.SYMBOL
                        && atom.kind() != Atom.Kind.PRIME
                        && atom.kind() != Atom.Kind.IMAGINARY) {
                    return true;
                }
            }
        }
        return false;
    }
}
