package dev.espalier.answer.math.form;

import dev.espalier.answer.math.algebra.Evaluator;
import dev.espalier.answer.math.algebra.Expr;
import dev.espalier.answer.math.algebra.Expr.Items;
import dev.espalier.answer.math.algebra.Expr.Product;
import dev.espalier.answer.math.algebra.Expr.Quotient;
import dev.espalier.answer.math.algebra.Expr.Relation;
import dev.espalier.answer.math.algebra.Expr.Sequence;
import dev.espalier.answer.math.algebra.Expr.Symbol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A named value: `x = 5`, `f(x) = 2x`, `x \in [0,1)`, `\text{Area} = 5`, `AB : BC = 2 : 3`,
/// `\frac{\sqrt3}{3} \approx 0.577`, or a list of such.
///
/// @param name   the left-hand side; "" if the answer only computes a value (`2 + 3 = 5`)
/// @param values the possible readings of the right-hand side: for `x = 1, y = 2` a list and a point
public record Assignment(String name, List<Expr> values) {
    private static final String FUNCTION = "a function";

    /// Returns null if the expression names nothing.
    public static @Nullable Assignment of(Expr expr) {
        if (expr instanceof Relation(List<Expr> sides, List<String> operators)) {
            Assignment forwards = of(sides, operators);
            boolean reversible = forwards == null
                    && sides.size() == 2
                    && operators.getFirst().equals("=");
            return reversible ? of(sides.reversed(), operators) : forwards;
        }
        return expr instanceof Items(List<Expr> items, var _) ? of(items) : null;
    }

    /// Returns true if both may name the same thing: names are equal, one is missing, or both are functions (`y`
    /// counts as one).
    public boolean matches(Assignment other) {
        return name.isEmpty() || other.name.isEmpty() || name.equals(other.name) || isFunction() && other.isFunction();
    }

    private boolean isFunction() {
        return name.equals(FUNCTION) || name.equals("y");
    }

    private static @Nullable Assignment of(List<Expr> sides, List<String> operators) {
        int equals = 0;
        while (equals < operators.size() && operators.get(equals).equals(":")) {
            equals++;
        }
        if (equals == operators.size()) {
            return null;
        }
        boolean worked = !operators.contains("in")
                && sides.stream().noneMatch(Evaluator::hasLetters)
                && sides.stream().noneMatch(Expr.Words.class::isInstance);
        if (!worked && !sides.subList(0, equals + 1).stream().allMatch(Assignment::isName)) {
            return null;
        }
        if (operators.equals(List.of("in"))) {
            return new Assignment(key(sides.getFirst()), List.of(sides.getLast()));
        }
        int first = worked ? 0 : equals + 1;
        List<String> rest = operators.subList(first, operators.size());
        if (!"=~".contains(operators.get(equals))) {
            return null;
        }
        String name = worked ? "" : equals > 0 ? "a ratio" : key(sides.getFirst());
        if (!rest.isEmpty() && rest.stream().allMatch(":"::equals)) {
            return worked
                    ? null
                    : new Assignment(name, List.of(new Relation(sides.subList(first, sides.size()), rest)));
        }
        if (!rest.stream().allMatch(operator -> "=~".contains(operator))) {
            return null;
        }
        int rounded = rest.indexOf("~");
        return new Assignment(name, List.of(sides.get(rounded < 0 ? sides.size() - 1 : first + rounded)));
    }

    /// Alternatives for one name, or one value for each of several names.
    private static @Nullable Assignment of(List<Expr> items) {
        List<String> names = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        for (Expr item : items) {
            Assignment assignment = item instanceof Relation ? of(item) : null;
            if (item instanceof Relation && assignment == null || names.isEmpty() && assignment == null) {
                return null;
            }
            names.add(assignment == null ? names.getFirst() : assignment.name());
            values.add(assignment == null ? item : assignment.values().getFirst());
        }
        Set<String> distinct = new HashSet<>(names);
        if (distinct.size() == 1) {
            return new Assignment(names.getFirst(), List.of(new Items(values, true)));
        }
        int cycle = names.subList(1, names.size()).indexOf(names.getFirst()) + 1;
        cycle = cycle == 0 ? names.size() : cycle;
        if (cycle != distinct.size() || names.size() % cycle != 0) {
            return null;
        }
        List<Expr> points = new ArrayList<>();
        for (int i = 0; i < names.size(); i += cycle) {
            if (!names.subList(i, i + cycle).equals(names.subList(0, cycle))) {
                return null;
            }
            points.add(new Sequence('(', values.subList(i, i + cycle), ')'));
        }
        String name = String.join(", ", names.subList(0, cycle));
        return points.size() == 1
                ? new Assignment(name, List.of(new Items(values, false), points.getFirst()))
                : new Assignment(name, List.of(new Items(points, true)));
    }

    private static String key(Expr name) {
        return isApplied(name) ? FUNCTION : name instanceof Symbol(String letter) ? letter : name.toString();
    }

    private static boolean isName(Expr expr) {
        return switch (expr) {
            case Symbol _, Expr.Words _ -> true;
            case Sequence(var _, List<Expr> items, var _) -> items.stream().allMatch(Symbol.class::isInstance);
            default -> isApplied(expr) || isGeometric(expr);
        };
    }

    /// f(x), f⁻¹(x), f(2)
    private static boolean isApplied(Expr expr) {
        return expr instanceof Expr.FunctionCall(String function, var _)
                && Expr.FunctionCall.isFunctionLetter(function);
    }

    /// Names of points in capital letters: AB, |AB|, AB/BC.
    private static boolean isGeometric(Expr expr) {
        return switch (expr) {
            case Symbol(String letter) -> Character.isUpperCase(letter.charAt(0));
            case Product(List<Expr> factors) -> factors.stream().allMatch(Assignment::isGeometric);
            case Quotient(Expr numerator, Expr denominator) -> isGeometric(numerator) && isGeometric(denominator);
            case Expr.FunctionCall(String function, List<Expr> arguments) ->
                function.equals("abs") && isGeometric(arguments.getFirst());
            default -> false;
        };
    }
}
