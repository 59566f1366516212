package dev.espalier.answer.math;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.answer.math.algebra.Rational;
import dev.espalier.answer.math.algebra.UnsupportedExpression;
import dev.espalier.answer.math.algebra.WorkBudget;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Random rational expressions in two letters, rearranged by the rules of algebra and written in random notation. Exact
/// values at random points decide whether two expressions are the same.
class RandomExpressionsTest {
    private static final int EXPRESSIONS = 600;
    private static final int LONGEST = 500;
    private static final long[][] POINTS = {{1_009, 2_003}, {-3_001, 4_001}, {5_003, -7_001}};
    private static final Rational[] NUMBERS = {
        Rational.of(1),
        Rational.of(2),
        Rational.of(3),
        Rational.of(-1),
        Rational.of(5),
        fraction(1, 2),
        fraction(-2, 3),
        fraction(7, 4)
    };

    private final SplittableRandom random = new SplittableRandom(20261121);

    private sealed interface Node {}

    private record Number(Rational value) implements Node {}

    private record Letter(int index) implements Node {}

    /// @param operator +, -, *, / or ^ (with a small whole number on the right)
    private record Binary(char operator, Node left, Node right) implements Node {}

    private static Rational fraction(long num, long den) {
        return new Rational(BigInteger.valueOf(num), BigInteger.valueOf(den));
    }

    @Test
    void rearrangedExpressionsHaveOneKeyAndDifferentValuesDifferentKeys() {
        List<String> wrong = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        List<List<Rational>> values = new ArrayList<>();
        for (int i = 0; i < EXPRESSIONS; i++) {
            Node node = expression(3);
            List<Rational> value = values(node);
            Node again = WorkBudget.within(() -> rearranged(rearranged(node)));
            if (value == null || values(again) == null) {
                continue;
            }
            String latex = latex(node);
            String other = latex(again);
            if (other.length() > LONGEST) {
                continue;
            }
            CanonicalForm form = CanonicalForm.of(latex);
            if (form.kind().equals("text") || !form.equals(CanonicalForm.of(other))) {
                wrong.add(latex + " is " + form + " but " + other + " is " + CanonicalForm.of(other));
            }
            for (int j = Math.max(0, keys.size() - 100); j < keys.size(); j++) {
                if (keys.get(j).equals(form.key()) != values.get(j).equals(value)) {
                    wrong.add(latex + " = " + value + " against " + keys.get(j) + " = " + values.get(j));
                }
            }
            keys.add(form.key());
            values.add(value);
        }
        assertThat(wrong).isEmpty();
        assertThat(keys).hasSizeGreaterThan(EXPRESSIONS / 2);
    }

    private Node expression(int depth) {
        int kind = random.nextInt(depth == 0 ? 4 : 12);
        return switch (kind) {
            case 0, 1 -> new Number(NUMBERS[random.nextInt(NUMBERS.length)]);
            case 2, 3 -> new Letter(random.nextInt(2));
            case 4, 5 -> new Binary('-', expression(depth - 1), expression(depth - 1));
            case 6, 7 -> new Binary('*', expression(depth - 1), expression(depth - 1));
            case 8 -> new Binary('/', expression(depth - 1), expression(depth - 1));
            case 9 -> new Binary('^', expression(depth - 1), new Number(Rational.of(1 + random.nextInt(3))));
            default -> new Binary('+', expression(depth - 1), expression(depth - 1));
        };
    }

    private Node rearranged(Node node) {
        if (!(node instanceof Binary(char operator, Node a, Node b))) {
            return node instanceof Number(Rational value) && random.nextInt(4) == 0
                    ? new Binary('-', new Number(value.plus(Rational.ONE)), new Number(Rational.ONE))
                    : node;
        }
        Node left = rearranged(a);
        Node right = operator == '^' ? b : rearranged(b);
        boolean once = random.nextBoolean();
        return switch (operator) {
            case '+' ->
                once
                        ? new Binary('+', right, left)
                        : new Binary('-', left, new Binary('*', new Number(Rational.MINUS_ONE), right));
            case '-' ->
                once
                        ? new Binary('+', left, new Binary('*', right, new Number(Rational.MINUS_ONE)))
                        : new Binary('*', new Number(Rational.MINUS_ONE), new Binary('-', right, left));
            case '*' ->
                left instanceof Binary(char inner, Node c, Node d) && (inner == '+' || inner == '-')
                        ? new Binary(inner, new Binary('*', c, right), new Binary('*', right, d))
                        : new Binary('*', right, left);
            case '/' ->
                once
                        ? new Binary('*', left, new Binary('/', new Number(Rational.ONE), right))
                        : new Binary('/', new Binary('*', left, right), new Binary('^', right, two()));
            default -> {
                Node power = left;
                for (int i = 1; i < ((Number) right).value().toInt(); i++) {
                    power = new Binary('*', power, left);
                }
                yield power;
            }
        };
    }

    private static Node two() {
        return new Number(Rational.of(2));
    }

    private String latex(Node node) {
        return switch (node) {
            case Letter(int index) -> index == 0 ? "x" : "y";
            case Number(Rational value) ->
                value.isInteger()
                        ? value.signum() < 0 ? "(" + value + ")" : value.toString()
                        : random.nextBoolean()
                                ? "(\\frac{" + value.num() + "}{" + value.den() + "})"
                                : "(" + value.num() + "/" + value.den() + ")";
            case Binary(char operator, Node a, Node b) ->
                switch (operator) {
                    case '+' -> "(" + latex(a) + " + " + latex(b) + ")";
                    case '-' -> "\\left(" + latex(a) + "-" + latex(b) + "\\right)";
                    case '*' ->
                        random.nextBoolean()
                                ? "(" + latex(a) + ")(" + latex(b) + ")"
                                : latex(a) + " \\cdot " + latex(b);
                    case '/' ->
                        random.nextBoolean()
                                ? "\\dfrac{" + latex(a) + "}{" + latex(b) + "}"
                                : "(" + latex(a) + ")/(" + latex(b) + ")";
                    default -> "{(" + latex(a) + ")}^{" + latex(b) + "}";
                };
        };
    }

    /// The values at every point; null if the expression is undefined or too large.
    private static @Nullable List<Rational> values(Node node) {
        try {
            return WorkBudget.within(() -> {
                List<Rational> values = new ArrayList<>();
                for (long[] point : POINTS) {
                    values.add(value(node, point));
                }
                return values;
            });
        } catch (UnsupportedExpression _) {
            return null;
        }
    }

    private static Rational value(Node node, long[] point) {
        return switch (node) {
            case Letter(int index) -> Rational.of(BigInteger.valueOf(point[index]));
            case Number(Rational value) -> value;
            case Binary(char operator, Node a, Node b) -> {
                Rational left = value(a, point);
                Rational right = value(b, point);
                yield switch (operator) {
                    case '+' -> left.plus(right);
                    case '-' -> left.minus(right);
                    case '*' -> left.times(right);
                    case '/' -> left.over(right);
                    default -> left.pow(right.toInt());
                };
            }
        };
    }
}
