package dev.espalier.answer;

import dev.espalier.answer.Expr.Items;
import dev.espalier.answer.Expr.Negated;
import dev.espalier.answer.Expr.Num;
import dev.espalier.answer.Expr.Relation;
import dev.espalier.answer.Expr.Symbol;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is accepted for a gold answer without being the same answer. A unit on one side only needs no rule here: canonical forms leave units out.
final class Tolerances {
    static final String NAMED = "a name on one side only (x = 5 for 5)";
    static final String CONDITION = "a condition for its interval";
    static final String PERCENT = "a percent sign on one side only";
    static final String SET = "order of a set";
    static final String ROUNDED = "rounded to the gold answer's digits";
    static final String VECTOR = "a vector written as a tuple";
    static final String NUMERIC = "equal at test points to 1e-9";

    /// A gold decimal of fewer digits is taken as exact: 0.49 is not 0.5.
    private static final int FEWEST_DIGITS = 3;

    private Tolerances() {
    }

    /// The name of the first tolerance that accepts an answer for the gold answer, or null.
    static @Nullable String accepting(Expr gold, Expr pred) {
        String direct = unnamed(gold, pred);
        if (direct != null) {
            return direct;
        }
        if (isCondition(pred, gold) || isCondition(gold, pred)) {
            return CONDITION;
        }
        Expr goldValue = value(gold);
        Expr predValue = value(pred);
        if ((goldValue == null) == (predValue == null)) {
            return null;
        }
        Expr left = goldValue == null ? gold : goldValue;
        Expr right = predValue == null ? pred : predValue;
        if (Canonicaliser.form(left).key().equals(Canonicaliser.form(right).key())) {
            return NAMED;
        }
        String inner = unnamed(left, right);
        return inner == null ? null : NAMED + ", " + inner;
    }

    private static @Nullable String unnamed(Expr gold, Expr pred) {
        Form wanted = Canonicaliser.form(gold);
        Form given = Canonicaliser.form(pred);
        if (isPercent(gold) != isPercent(pred)
                && Canonicaliser.form(withoutPercent(gold)).key().equals(Canonicaliser.form(withoutPercent(pred)).key())) {
            return PERCENT;
        }
        if ((wanted instanceof Form.Bag || given instanceof Form.Bag) && elements(wanted).key().equals(elements(given).key())) {
            return SET;
        }
        if (wanted instanceof Form.Grid || given instanceof Form.Grid) {
            String tuple = tuple(wanted);
            return !tuple.isEmpty() && tuple.equals(tuple(given)) ? VECTOR : null;
        }
        if (wanted instanceof Form.Scalar(Fraction a) && given instanceof Form.Scalar(Fraction b)) {
            if (isRounded(gold, b)) {
                return ROUNDED;
            }
            return (isTranscendental(a) || isTranscendental(b)) && Numeric.agree(a, b) ? NUMERIC : null;
        }
        return null;
    }

    /// What stands behind `x =`, `f(x) =`, `x \in` or `\text{Area} =`; for a list of them the list of values. Null where nothing is named.
    private static @Nullable Expr value(Expr expr) {
        if (expr instanceof Items(List<Expr> items)) {
            List<Expr> values = new ArrayList<>();
            String name = "";
            for (Expr item : items) {
                Expr value = item instanceof Relation || values.isEmpty() ? value(item) : item;
                if (value == null || !name.isEmpty() && item instanceof Relation && !name.equals(name(item))) {
                    return null;
                }
                name = name.isEmpty() ? name(item) : name;
                values.add(value);
            }
            return new Items(values);
        }
        if (!(expr instanceof Relation(List<Expr> sides, List<String> operators))) {
            return null;
        }
        boolean names = operators.stream().allMatch(operator -> operator.equals("=") || operator.equals("~")) || operators.equals(List.of("in"));
        return names && isName(sides.getFirst()) && !sides.getLast().equals(sides.getFirst()) ? sides.getLast() : null;
    }

    private static String name(Expr item) {
        return item instanceof Relation(List<Expr> sides, _) ? sides.getFirst().toString() : "";
    }

    private static boolean isName(Expr expr) {
        return switch (expr) {
            case Symbol _, Expr.Words _ -> true;
            case Expr.Product(List<Expr> factors) -> factors.size() == 2 && factors.getFirst() instanceof Symbol(String f) && "fghFGHPQpq".contains(f)
                    && factors.getLast() instanceof Symbol;
            case Expr.Sequence(_, List<Expr> items, _) -> items.stream().allMatch(item -> item instanceof Symbol);
            default -> false;
        };
    }

    /// Whether inequalities say that their variable lies in an interval or in a union of intervals.
    private static boolean isCondition(Expr condition, Expr interval) {
        List<Expr> conditions = condition instanceof Items(List<Expr> items) ? items : List.of(condition);
        List<Expr> intervals = interval instanceof Expr.Combined(String operator, List<Expr> parts) && operator.equals("cup") ? parts : List.of(interval);
        Expr variable = variable(conditions.getFirst());
        if (variable == null || !intervals.stream().allMatch(part -> part instanceof Expr.Sequence)) {
            return false;
        }
        List<Form> members = new ArrayList<>();
        intervals.forEach(part -> members.add(Conditions.form(List.of(variable, part), List.of("in"), 0)));
        List<Form> said = new ArrayList<>();
        conditions.forEach(part -> said.add(Canonicaliser.form(part)));
        return Form.Bag.of(members).key().equals(Form.Bag.of(said).key());
    }

    private static @Nullable Expr variable(Expr condition) {
        if (condition instanceof Relation(List<Expr> sides, _)) {
            for (Expr side : sides) {
                if (side instanceof Symbol) {
                    return side;
                }
            }
        }
        return null;
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

    private static Form.Bag elements(Form form) {
        return switch (form) {
            case Form.Bag bag -> bag;
            case Form.Row(List<Form> items) -> Form.Bag.of(items);
            default -> new Form.Bag(List.of(form));
        };
    }

    private static String tuple(Form form) {
        if (form instanceof Form.Sequence sequence && sequence.open() == '(' && sequence.close() == ')') {
            return sequence.key();
        }
        if (form instanceof Form.Grid(List<List<Form>> rows)) {
            if (rows.size() == 1) {
                return new Form.Sequence('(', rows.getFirst(), ')').key();
            }
            if (rows.stream().allMatch(row -> row.size() == 1)) {
                return new Form.Sequence('(', rows.stream().map(List::getFirst).toList(), ')').key();
            }
        }
        return "";
    }

    private static boolean isRounded(Expr gold, Fraction pred) {
        return switch (gold) {
            case Num(Rational value, int places) -> isRounded(value, places, pred);
            case Negated(Num(Rational value, int places)) -> isRounded(value.negate(), places, pred);
            case Expr.Measured(Expr value, _) -> isRounded(value, pred);
            default -> false;
        };
    }

    private static boolean isRounded(Rational gold, int places, Fraction pred) {
        if (places < 1 || !Numeric.isConstant(pred)) {
            return false;
        }
        BigInteger digits = gold.rounded(places);
        if (digits.abs().toString().length() < FEWEST_DIGITS) {
            return false;
        }
        if (pred.isRational()) {
            return pred.rational().rounded(places).equals(digits);
        }
        double value = Numeric.real(pred);
        if (!Double.isFinite(value)) {
            return false;
        }
        BigDecimal exact = new BigDecimal(value);
        return Rational.of(exact.unscaledValue(), BigInteger.TEN.pow(exact.scale())).rounded(places).equals(digits);
    }

    private static boolean isTranscendental(Fraction fraction) {
        return isTranscendental(fraction.num()) || isTranscendental(fraction.den());
    }

    private static boolean isTranscendental(Polynomial polynomial) {
        for (Monomial monomial : polynomial.terms().keySet()) {
            for (Atom atom : monomial.atoms()) {
                if (atom.nature() != Atom.Nature.SYMBOL && atom.nature() != Atom.Nature.PRIME && atom.nature() != Atom.Nature.IMAGINARY) {
                    return true;
                }
            }
        }
        return false;
    }
}
