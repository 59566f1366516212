package dev.espalier.answer.math.form;

import dev.espalier.answer.math.algebra.Evaluator;
import dev.espalier.answer.math.algebra.Expr;
import dev.espalier.answer.math.algebra.Expr.Items;
import dev.espalier.answer.math.algebra.Expr.Relation;
import dev.espalier.answer.math.algebra.UnsupportedExpression;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Converts an expression to its exact form.
public final class Canonicaliser {
    private static final int MAX_SIGNS = 3;
    private static final Pattern ARTICLE = Pattern.compile("^(?:an?|the) (?=\\S)");

    private Canonicaliser() {}

    public static Form form(Expr expr) {
        if (expr instanceof Items(List<Expr> items, var _)) {
            boolean choice = items.stream().anyMatch(item -> Evaluator.signs(item) != 0);
            List<Form> forms = new ArrayList<>();
            items.forEach(item -> forms.addAll(expanded(item)));
            return choice ? Form.FiniteSet.of(forms) : Form.AnswerList.of(forms);
        }
        List<Form> values = expanded(expr);
        return values.size() == 1 ? values.getFirst() : Form.FiniteSet.of(values);
    }

    /// The forms for all choices of the ± signs, without duplicates.
    static List<Form> expanded(Expr expr) {
        int signs = Evaluator.signs(expr);
        if (signs == 0) {
            return List.of(form(expr, 0));
        }
        boolean tied = signs < 0;
        List<Integer> bits = new ArrayList<>();
        for (int bit = 0; bit < 31; bit++) {
            if ((signs >> bit & 1) == 1) {
                bits.add(1 << bit);
            }
        }
        if (!tied && bits.size() > MAX_SIGNS) {
            throw new UnsupportedExpression("too many signs");
        }
        Map<String, Form> forms = new LinkedHashMap<>();
        for (int choice = 0; choice < (tied ? 2 : 1 << bits.size()); choice++) {
            int minuses = tied && choice == 1 ? -1 : 0;
            for (int i = 0; i < bits.size() && !tied; i++) {
                minuses |= (choice >> i & 1) == 1 ? bits.get(i) : 0;
            }
            Form form = form(expr, minuses);
            forms.putIfAbsent(form.key(), form);
        }
        return List.copyOf(forms.values());
    }

    public static Form form(Expr expr, int minuses) {
        return switch (expr) {
            case Expr.BaseNumeral(String digits, int base) -> numeral(digits, base);
            case Expr.Sequence(char open, List<Expr> items, char close) ->
                new Form.Sequence(open, forms(items, minuses), close);
            case Expr.SetOf(List<Expr> items) -> {
                List<Form> forms = new ArrayList<>();
                items.forEach(item -> forms.addAll(expanded(item)));
                yield Form.FiniteSet.of(forms);
            }
            case Expr.SetOperation(String operator, List<Expr> parts) -> combined(operator, forms(parts, minuses));
            case Expr.Matrix(List<List<Expr>> rows) -> {
                List<List<Form>> grid = new ArrayList<>();
                rows.forEach(row -> grid.add(forms(row, minuses)));
                yield new Form.Grid(grid);
            }
            case Relation(List<Expr> sides, List<String> operators) -> Conditions.form(sides, operators, minuses);
            case Expr.Words(String text) -> text(text);
            case Expr.Quantity(Expr value, var _) -> {
                Form time = Clock.form(List.of(expr), List.of());
                yield time == null ? form(value, minuses) : time;
            }
            case Items(List<Expr> items, var _) -> Form.AnswerList.of(forms(items, minuses));
            default ->
                Matrices.containsMatrix(expr)
                        ? Matrices.form(expr, new Evaluator(minuses))
                        : new Form.Scalar(new Evaluator(minuses).value(expr));
        };
    }

    private static List<Form> forms(List<Expr> items, int minuses) {
        List<Form> forms = new ArrayList<>();
        for (Expr item : items) {
            forms.add(form(item, minuses));
        }
        return List.copyOf(forms);
    }

    private static Form numeral(String digits, int base) {
        String plain = digits.replaceFirst("^0+(?=\\d)", "");
        for (int i = 0; i < plain.length(); i++) {
            if (Character.digit(plain.charAt(i), base) < 0 && plain.charAt(i) != '.') {
                throw new UnsupportedExpression("a digit too large for its base");
            }
        }
        return new Form.Numeral(plain, base);
    }

    private static Form combined(String operator, List<Form> parts) {
        RealSet numbers = RealSet.of(operator, parts);
        if (numbers != null) {
            return numbers.form();
        }
        if (operator.equals("setminus")) {
            return new Form.SetOperation(operator, parts);
        }
        List<Form> sorted = Form.FiniteSet.of(parts).items();
        return sorted.size() == 1 ? sorted.getFirst() : new Form.SetOperation(operator, sorted);
    }

    /// Normalises words: ignores case, spacing, quotation marks and a leading article.
    static Form text(String words) {
        String plain = ARTICLE.matcher(words.toLowerCase(Locale.ROOT)
                        .replaceAll("[\\s~\"`\u201c\u201d.,;:!]+", " ")
                        .strip())
                .replaceFirst("");
        return switch (plain) {
            case "all real numbers", "all reals", "real numbers", "all real" -> RealSet.REALS.form();
            case "empty set", "no solution", "no solutions", "there is no solution", "there are no solutions" ->
                RealSet.NONE.form();
            case "dne", "does not exist", "undefined" -> new Form.Text("undefined");
            default -> new Form.Text(plain);
        };
    }
}
