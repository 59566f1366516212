package dev.espalier.answer.math.algebra;

import dev.espalier.answer.math.algebra.Expr.FunctionCall;
import dev.espalier.answer.math.algebra.Expr.Negated;
import dev.espalier.answer.math.algebra.Expr.Num;
import dev.espalier.answer.math.algebra.Expr.Sign;
import dev.espalier.answer.math.algebra.Expr.Symbol;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Evaluates an expression for one choice of its ± signs.
public final class Evaluator {
    private static final Set<String> ANGLED = Set.of("sin", "cos", "tan", "cot", "sec", "csc", "cis");
    private static final Fraction HALF_TURN = Fraction.of(
            Polynomial.term(Monomial.of(Atom.PI, Monomial.ONE), new Rational(BigInteger.ONE, BigInteger.valueOf(180))));

    private final int minuses;

    /// @param minuses bit i is set if ± number i means minus
    public Evaluator(int minuses) {
        this.minuses = minuses;
    }

    public Fraction value(Expr expr) {
        return switch (expr) {
            case Num(Rational value, var _) -> Fraction.of(value);
            case Symbol(String name) -> symbol(name);
            case Expr.Sum(List<Expr> terms) -> {
                Fraction sum = Fraction.ZERO;
                for (Expr term : terms) {
                    sum = sum.plus(value(term));
                }
                yield sum;
            }
            case Expr.Product(List<Expr> factors) -> {
                Fraction product = Fraction.ONE;
                for (Expr factor : factors) {
                    product = product.times(value(factor));
                }
                yield product;
            }
            case Negated(Expr value) -> value(value).negate();
            case Expr.Quotient(Expr numerator, Expr denominator) ->
                value(numerator).over(value(denominator));
            case Expr.Power(Expr base, Expr exponent) -> Powers.raise(value(base), value(exponent));
            case Expr.Root(Expr order, Expr radicand) -> Powers.raise(value(radicand), Fraction.ONE.over(value(order)));
            case FunctionCall(String name, List<Expr> arguments) -> {
                List<Fraction> values = new ArrayList<>();
                for (Expr argument : arguments) {
                    values.add(ANGLED.contains(name) ? angle(argument) : value(argument));
                }
                yield Functions.apply(name, values);
            }
            case Sign(int index, boolean flipped) ->
                Fraction.of((minuses >> index & 1) == 1 ^ flipped ? Rational.MINUS_ONE : Rational.ONE);
            case Expr.Percent(Expr value) -> value(value).over(Fraction.of(Rational.of(100)));
            case Expr.Degrees(Expr value) -> value(value);
            case Expr.Quantity(Expr value, var _) -> value(value);
            case Expr.BaseNumeral _,
                    Expr.Sequence _,
                    Expr.SetOf _,
                    Expr.SetOperation _,
                    Expr.Matrix _,
                    Expr.Relation _,
                    Expr.Items _,
                    Expr.Words _ -> throw new UnsupportedExpression("not a number");
        };
    }

    private static Fraction symbol(String name) {
        return name.equals("i") ? Fraction.I : Fraction.of(Atom.symbol(name));
    }

    /// Converts to radians: `90^\circ - x` is π/2 − x. In `(30 + 60)^\circ` the degree sign applies to the whole
    /// sum.
    private Fraction angle(Expr expr) {
        return switch (expr) {
            case Expr.Degrees(Expr value) -> value(value).times(HALF_TURN);
            case Expr.Sum(List<Expr> terms) -> {
                Fraction sum = Fraction.ZERO;
                for (Expr term : terms) {
                    sum = sum.plus(angle(term));
                }
                yield sum;
            }
            case Expr.Product(List<Expr> factors)
            when !factors.isEmpty() -> {
                Fraction product = angle(factors.getLast());
                for (Expr factor : factors.subList(0, factors.size() - 1)) {
                    product = product.times(angle(factor));
                }
                yield product;
            }
            case Negated(Expr value) -> angle(value).negate();
            case Expr.Quotient(Expr numerator, Expr denominator) ->
                angle(numerator).over(value(denominator));
            default -> value(expr);
        };
    }

    /// Returns true if the expression contains variables. Words after it are then not necessarily a unit.
    public static boolean hasLetters(Expr expr) {
        return switch (expr) {
            case Symbol(String name) ->
                !name.equals("pi") && !name.equals("e") && !name.equals("i") && !name.equals("inf");
            case Expr.Sum(List<Expr> terms) -> terms.stream().anyMatch(Evaluator::hasLetters);
            case Expr.Product(List<Expr> factors) -> factors.stream().anyMatch(Evaluator::hasLetters);
            case Negated(Expr value) -> hasLetters(value);
            case Expr.Quotient(Expr numerator, Expr denominator) -> hasLetters(numerator) || hasLetters(denominator);
            case Expr.Power(Expr base, Expr exponent) -> hasLetters(base) || hasLetters(exponent);
            case Expr.Root(Expr order, Expr radicand) -> hasLetters(order) || hasLetters(radicand);
            case FunctionCall(var _, List<Expr> arguments) -> arguments.stream().anyMatch(Evaluator::hasLetters);
            case Expr.Percent(Expr value) -> hasLetters(value);
            case Expr.Degrees(Expr value) -> hasLetters(value);
            case Expr.Quantity(Expr value, var _) -> hasLetters(value);
            default -> false;
        };
    }

    /// Returns the ± signs of an expression as bits. ∓ sets bit 31, since it ties all signs together.
    public static int signs(Expr expr) {
        return switch (expr) {
            case Sign(int index, boolean flipped) -> {
                if (index > 20) {
                    throw new UnsupportedExpression("too many signs");
                }
                yield 1 << index | (flipped ? 1 << 31 : 0);
            }
            case Expr.Sum(List<Expr> terms) -> signs(terms);
            case Expr.Product(List<Expr> factors) -> signs(factors);
            case Negated(Expr value) -> signs(value);
            case Expr.Quotient(Expr numerator, Expr denominator) -> signs(numerator) | signs(denominator);
            case Expr.Power(Expr base, Expr exponent) -> signs(base) | signs(exponent);
            case Expr.Root(Expr order, Expr radicand) -> signs(order) | signs(radicand);
            case FunctionCall(var _, List<Expr> arguments) -> signs(arguments);
            case Expr.Percent(Expr value) -> signs(value);
            case Expr.Degrees(Expr value) -> signs(value);
            case Expr.Quantity(Expr value, var _) -> signs(value);
            case Expr.Sequence(var _, List<Expr> items, var _) -> signs(items);
            case Expr.Relation(List<Expr> sides, var _) -> signs(sides);
            case Expr.SetOperation(var _, List<Expr> parts) -> signs(parts);
            case Expr.Matrix(List<List<Expr>> rows) -> {
                int signs = 0;
                for (List<Expr> row : rows) {
                    signs |= signs(row);
                }
                yield signs;
            }
            // Sets and lists expand each element separately.
            case Expr.SetOf _, Expr.Items _, Num _, Symbol _, Expr.BaseNumeral _, Expr.Words _ -> 0;
        };
    }

    private static int signs(List<Expr> parts) {
        int signs = 0;
        for (Expr part : parts) {
            signs |= signs(part);
        }
        return signs;
    }
}
