package dev.espalier.answer.math.form;

import dev.espalier.answer.math.algebra.Evaluator;
import dev.espalier.answer.math.algebra.Expr;
import dev.espalier.answer.math.algebra.Fraction;
import dev.espalier.answer.math.algebra.UnsupportedExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/// Evaluates sums, multiples and products of matrices.
final class Matrices {
    private final Evaluator evaluator;

    private Matrices(Evaluator evaluator) {
        this.evaluator = evaluator;
    }

    static boolean containsMatrix(Expr expr) {
        return switch (expr) {
            case Expr.Matrix _ -> true;
            case Expr.Sum(List<Expr> terms) -> terms.stream().anyMatch(Matrices::containsMatrix);
            case Expr.Product(List<Expr> factors) -> factors.stream().anyMatch(Matrices::containsMatrix);
            case Expr.Negated(Expr value) -> containsMatrix(value);
            case Expr.Quotient(Expr numerator, var _) -> containsMatrix(numerator);
            default -> false;
        };
    }

    static Form form(Expr expr, Evaluator evaluator) {
        List<List<Form>> rows = new ArrayList<>();
        for (List<Fraction> row : new Matrices(evaluator).value(expr)) {
            rows.add(row.stream().<Form>map(Form.Scalar::new).toList());
        }
        return new Form.Grid(rows);
    }

    private List<List<Fraction>> value(Expr expr) {
        return switch (expr) {
            case Expr.Matrix(List<List<Expr>> rows) -> {
                List<List<Fraction>> values = new ArrayList<>();
                rows.forEach(
                        row -> values.add(row.stream().map(evaluator::value).toList()));
                yield values;
            }
            case Expr.Sum(List<Expr> terms) ->
                terms.stream()
                        .map(this::value)
                        .reduce((a, b) -> combined(a, b, Fraction::plus))
                        .orElseThrow();
            case Expr.Negated(Expr value) -> multiple(value(value), Fraction.ONE.negate());
            case Expr.Quotient(Expr numerator, Expr denominator) ->
                multiple(value(numerator), Fraction.ONE.over(evaluator.value(denominator)));
            case Expr.Product(List<Expr> factors) -> {
                Fraction scale = Fraction.ONE;
                List<List<Fraction>> product = null;
                for (Expr factor : factors) {
                    if (!containsMatrix(factor)) {
                        scale = scale.times(evaluator.value(factor));
                    } else {
                        product = product == null ? value(factor) : product(product, value(factor));
                    }
                }
                yield product == null ? notAMatrix() : multiple(product, scale);
            }
            default -> notAMatrix();
        };
    }

    private static List<List<Fraction>> notAMatrix() {
        throw new UnsupportedExpression("not a matrix");
    }

    private static List<List<Fraction>> multiple(List<List<Fraction>> matrix, Fraction scale) {
        return matrix.stream()
                .map(row -> row.stream().map(scale::times).toList())
                .toList();
    }

    private static List<List<Fraction>> combined(
            List<List<Fraction>> a, List<List<Fraction>> b, BinaryOperator<Fraction> operator) {
        List<List<Fraction>> rows = new ArrayList<>();
        if (a.size() != b.size()) {
            return notAMatrix();
        }
        for (int i = 0; i < a.size(); i++) {
            List<Fraction> row = new ArrayList<>();
            if (a.get(i).size() != b.get(i).size()) {
                return notAMatrix();
            }
            for (int j = 0; j < a.get(i).size(); j++) {
                row.add(operator.apply(a.get(i).get(j), b.get(i).get(j)));
            }
            rows.add(row);
        }
        return rows;
    }

    private static List<List<Fraction>> product(List<List<Fraction>> a, List<List<Fraction>> b) {
        List<List<Fraction>> rows = new ArrayList<>();
        int width = b.getFirst().size();
        for (List<Fraction> left : a) {
            if (left.size() != b.size()) {
                return notAMatrix();
            }
            List<Fraction> row = new ArrayList<>();
            for (int j = 0; j < width; j++) {
                Fraction sum = Fraction.ZERO;
                for (int k = 0; k < left.size(); k++) {
                    if (b.get(k).size() != width) {
                        return notAMatrix();
                    }
                    sum = sum.plus(left.get(k).times(b.get(k).get(j)));
                }
                row.add(sum);
            }
            rows.add(row);
        }
        return rows;
    }
}
