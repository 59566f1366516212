package dev.espalier.answer.math.form;

import dev.espalier.answer.math.algebra.Atom;
import dev.espalier.answer.math.algebra.Expr;
import dev.espalier.answer.math.algebra.Expr.Items;
import dev.espalier.answer.math.algebra.Expr.Relation;
import dev.espalier.answer.math.algebra.Fraction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The real numbers that conditions allow one unknown: `0 < x \le 1`, `x < 1 \text{ or } x > 3`, `x \ne 2`,
/// `0 < f(x) < 1`.
public final class Inequalities {
    private Inequalities() {}

    /// Returns true if a condition allows exactly the numbers of an interval or union, or two conditions on one
    /// unknown allow the same numbers. "And" and "or" are not distinguished: listed conditions may all hold, or any
    /// of them.
    public static boolean describeTheSame(ParsedAnswer gold, ParsedAnswer pred) {
        String goldUnknown = unknown(gold.expr());
        String predUnknown = unknown(pred.expr());
        if (goldUnknown == null && predUnknown == null
                || goldUnknown != null && predUnknown != null && !goldUnknown.equals(predUnknown)) {
            return false;
        }
        for (RealSet expected : solutions(gold, goldUnknown)) {
            for (RealSet actual : solutions(pred, predUnknown)) {
                if (expected.form().key().equals(actual.form().key())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<RealSet> solutions(ParsedAnswer answer, @Nullable String unknown) {
        if (unknown == null) {
            RealSet set = RealSet.of(answer.form());
            return set == null || answer.expr() instanceof Expr.SetOf ? List.of() : List.of(set);
        }
        RealSet all = RealSet.REALS;
        RealSet any = RealSet.NONE;
        for (Expr condition : conditions(answer.expr())) {
            RealSet set = allowed((Relation) condition);
            if (set == null) {
                return List.of();
            }
            all = all.intersection(set);
            any = any.union(set);
        }
        return List.of(all, any);
    }

    /// The unknown of the conditions: the only term that is not a known number. Null if they are not inequalities
    /// or have several unknowns.
    private static @Nullable String unknown(Expr expr) {
        String unknown = null;
        boolean inequality = false;
        for (Expr condition : conditions(expr)) {
            if (!(condition instanceof Relation(List<Expr> sides, List<String> operators))) {
                return null;
            }
            inequality |= operators.stream()
                    .anyMatch(operator -> !operator.equals("=") && !operator.equals("~") && !operator.equals(":"));
            for (Expr side : operators.contains("in") ? sides.subList(0, 1) : sides) {
                if (bound(side) == null) {
                    String name = side.toString();
                    if (unknown != null && !unknown.equals(name)) {
                        return null;
                    }
                    unknown = name;
                }
            }
        }
        return inequality ? unknown : null;
    }

    private static List<Expr> conditions(Expr expr) {
        return expr instanceof Items(List<Expr> items, var _) ? items : List.of(expr);
    }

    private static @Nullable Fraction bound(Expr side) {
        if (Canonicaliser.expanded(side) instanceof List<Form> forms
                && forms.size() == 1
                && forms.getFirst() instanceof Form.Scalar(Fraction value)) {
            boolean infinite = value.equals(Fraction.of(Atom.INFINITY))
                    || value.equals(Fraction.of(Atom.INFINITY).negate());
            return infinite || RealSet.isFinite(value) ? value : null;
        }
        return null;
    }

    private static @Nullable RealSet allowed(Relation relation) {
        List<Expr> sides = relation.sides();
        List<String> operators = relation.operators();
        if (operators.contains("in")) {
            return operators.size() == 1 ? RealSet.of(Canonicaliser.form(sides.getLast())) : null;
        }
        RealSet allowed = RealSet.REALS;
        List<Fraction> bounds = new ArrayList<>();
        sides.forEach(side -> bounds.add(bound(side)));
        for (int i = 0; i < operators.size(); i++) {
            Fraction left = bounds.get(i);
            Fraction right = bounds.get(i + 1);
            if ((left == null) == (right == null)) {
                return null;
            }
            RealSet set = left == null ? compared(operators.get(i), right) : compared(mirrored(operators.get(i)), left);
            if (set == null) {
                return null;
            }
            allowed = allowed.intersection(set);
        }
        return allowed;
    }

    private static String mirrored(String operator) {
        return operator.startsWith("<") ? operator.replace('<', '>') : operator.replace('>', '<');
    }

    private static @Nullable RealSet compared(String operator, Fraction bound) {
        Fraction infinity = Fraction.of(Atom.INFINITY);
        return switch (operator) {
            case "<" -> RealSet.of(infinity.negate(), false, bound, false);
            case "<=" -> RealSet.of(infinity.negate(), false, bound, true);
            case ">" -> RealSet.of(bound, false, infinity, false);
            case ">=" -> RealSet.of(bound, true, infinity, false);
            case "=" -> RealSet.of(bound, true, bound, true);
            case "!=" -> RealSet.of(bound, true, bound, true).complement();
            default -> null;
        };
    }
}
