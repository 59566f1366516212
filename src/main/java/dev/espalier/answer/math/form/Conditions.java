package dev.espalier.answer.math.form;

import dev.espalier.answer.math.algebra.Atom;
import dev.espalier.answer.math.algebra.Evaluator;
import dev.espalier.answer.math.algebra.Expr;
import dev.espalier.answer.math.algebra.Expr.Symbol;
import dev.espalier.answer.math.algebra.Fraction;
import dev.espalier.answer.math.algebra.Polynomial;
import dev.espalier.answer.math.algebra.Rational;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Equations, inequalities and memberships. A relation between numbers or expressions becomes a polynomial compared
/// with zero, so its arrangement does not matter. `x \in [a,b]` and `a \le x \le b` give the same two inequalities.
final class Conditions {
    private Conditions() {}

    static Form form(List<Expr> sides, List<String> operators, int minuses) {
        if (sides.size() == 2 && operators.getFirst().equals("in")) {
            return membership(sides.getFirst(), sides.getLast(), minuses);
        }
        Form time = Clock.form(sides, operators);
        if (time != null) {
            return time;
        }
        List<Form> forms = new ArrayList<>();
        boolean scalar = true;
        for (Expr side : sides) {
            Form form = Canonicaliser.form(side, minuses);
            scalar &= form instanceof Form.Scalar;
            forms.add(form);
        }
        boolean plain = operators.stream()
                .allMatch(operator -> operator.equals("=")
                        || operator.equals("!=")
                        || operator.startsWith("<")
                        || operator.startsWith(">"));
        if (!scalar || !plain) {
            return structural(forms, operators);
        }
        TreeSet<String> parts = new TreeSet<>();
        for (int i = 0; i < operators.size(); i++) {
            Fraction difference = ((Form.Scalar) forms.get(i)).value().minus(((Form.Scalar) forms.get(i + 1)).value());
            if (!operators.get(i).equals("=")
                    && !operators.get(i).equals("!=")
                    && !difference.den().isConstant()) {
                return structural(forms, operators);
            }
            parts.add(comparison(difference.num(), operators.get(i)));
        }
        boolean equations = operators.stream().allMatch("="::equals);
        return new Form.Condition(String.join(" & ", parts), equations ? "equation" : "inequality");
    }

    private static Form structural(List<Form> forms, List<String> operators) {
        StringBuilder key = new StringBuilder(forms.getFirst().key());
        for (int i = 0; i < operators.size(); i++) {
            key.append(' ')
                    .append(operators.get(i))
                    .append(' ')
                    .append(forms.get(i + 1).key());
        }
        return new Form.Condition(
                key.toString(),
                operators.contains(":") ? "ratio" : operators.contains(Expr.Relation.CLOCK) ? "time" : "equation");
    }

    /// A polynomial compared with zero: coprime integer coefficients, the leading one positive.
    private static String comparison(Polynomial difference, String operator) {
        if (difference.isZero()) {
            return "0 " + operator + " 0";
        }
        boolean flip = difference.leadingFactor().signum() < 0;
        Rational content = difference.content();
        Polynomial plain = difference.times(Rational.ONE.over(flip ? content.negate() : content));
        String mirrored =
                !flip ? operator : operator.startsWith("<") ? operator.replace('<', '>') : operator.replace('>', '<');
        return plain + " " + mirrored + " 0";
    }

    private static Form membership(Expr element, Expr set, int minuses) {
        if (element instanceof Symbol
                && set instanceof Expr.Sequence(char open, List<Expr> ends, char close)
                && ends.size() == 2) {
            Evaluator evaluator = new Evaluator(minuses);
            Fraction value = evaluator.value(element);
            Fraction low = evaluator.value(ends.getFirst());
            Fraction high = evaluator.value(ends.getLast());
            TreeSet<String> parts = new TreeSet<>();
            if (!low.negate().equals(Fraction.of(Atom.INFINITY)) && low.isPolynomial()) {
                parts.add(comparison(value.minus(low).num(), open == '[' ? ">=" : ">"));
            }
            if (!high.equals(Fraction.of(Atom.INFINITY)) && high.isPolynomial()) {
                parts.add(comparison(value.minus(high).num(), close == ']' ? "<=" : "<"));
            }
            return new Form.Condition(
                    parts.isEmpty() ? value + " in (-inf, inf)" : String.join(" & ", parts), "inequality");
        }
        return new Form.Condition(
                Canonicaliser.form(element, minuses).key() + " in "
                        + Canonicaliser.form(set, minuses).key(),
                "membership");
    }
}
