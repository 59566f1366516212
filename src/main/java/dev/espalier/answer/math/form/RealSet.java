package dev.espalier.answer.math.form;

import dev.espalier.answer.math.algebra.Atom;
import dev.espalier.answer.math.algebra.Fraction;
import dev.espalier.answer.math.algebra.Monomial;
import dev.espalier.answer.math.algebra.NumericValue;
import dev.espalier.answer.math.algebra.Polynomial;
import dev.espalier.answer.math.algebra.Rational;
import dev.espalier.answer.math.algebra.UnsupportedExpression;
import dev.espalier.answer.math.algebra.WorkBudget;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A set of real numbers: disjoint intervals in ascending order that do not touch. A single number is an interval of
/// length zero. Unions, intersections and differences have one form, however they were written.
record RealSet(List<Interval> intervals) {
    private static final double MIN_DISTANCE = 1e-9;
    private static final Fraction INFINITY = Fraction.of(Atom.INFINITY);
    // Built without arithmetic: class initialisation must not spend the work budget.
    private static final Fraction MINUS_INFINITY =
            Fraction.of(Polynomial.term(Monomial.of(Atom.INFINITY, Monomial.ONE), Rational.MINUS_ONE));
    static final RealSet REALS = new RealSet(List.of(new Interval(MINUS_INFINITY, false, INFINITY, false)));
    static final RealSet NONE = new RealSet(List.of());

    record Interval(Fraction low, boolean includesLow, Fraction high, boolean includesHigh) {}

    static RealSet of(Fraction low, boolean includesLow, Fraction high, boolean includesHigh) {
        int order = compare(low, high);
        return order > 0 || order == 0 && !(includesLow && includesHigh)
                ? NONE
                : new RealSet(List.of(new Interval(low, includesLow, high, includesHigh)));
    }

    /// Returns null if the form is not a set of known real numbers. A pair is an interval only if its first number
    /// is smaller than its second.
    static @Nullable RealSet of(Form form) {
        return switch (form) {
            case Form.Sequence(char open, List<Form> ends, char close, var _)
            when ends.size() == 2
                    && ends.getFirst() instanceof Form.Scalar(Fraction low)
                    && ends.getLast() instanceof Form.Scalar(Fraction high)
                    && isReal(low)
                    && isReal(high)
                    && compare(low, high) < 0 -> of(low, open == '[', high, close == ']');
            case Form.FiniteSet(List<Form> numbers, var _)
            when numbers.stream()
                    .allMatch(number -> number instanceof Form.Scalar(Fraction value) && isFinite(value)) -> {
                RealSet all = NONE;
                for (Form number : numbers) {
                    Fraction value = ((Form.Scalar) number).value();
                    all = all.union(of(value, true, value, true));
                }
                yield all;
            }
            case Form.SetOperation(String operator, List<Form> parts, var _) -> of(operator, parts);
            default -> null;
        };
    }

    /// @param operator cup, cap or setminus
    static @Nullable RealSet of(String operator, List<Form> parts) {
        RealSet all = null;
        for (Form part : parts) {
            RealSet set = of(part);
            if (set == null) {
                return null;
            }
            all = all == null
                    ? set
                    : switch (operator) {
                        case "cup" -> all.union(set);
                        case "cap" -> all.intersection(set);
                        default -> all.intersection(set.complement());
                    };
        }
        return all;
    }

    RealSet union(RealSet other) {
        return complement().intersection(other.complement()).complement();
    }

    RealSet intersection(RealSet other) {
        List<Interval> common = new ArrayList<>();
        for (Interval a : intervals) {
            for (Interval b : other.intervals) {
                WorkBudget.spend(20);
                int low = compare(a.low, b.low);
                int high = compare(a.high, b.high);
                common.addAll(of(
                                low >= 0 ? a.low : b.low,
                                (low < 0 || a.includesLow) && (low > 0 || b.includesLow),
                                high <= 0 ? a.high : b.high,
                                (high > 0 || a.includesHigh) && (high < 0 || b.includesHigh))
                        .intervals);
            }
        }
        return new RealSet(List.copyOf(common));
    }

    RealSet complement() {
        List<Interval> rest = new ArrayList<>();
        Fraction from = MINUS_INFINITY;
        boolean holds = false;
        for (Interval interval : intervals) {
            if (!interval.low.equals(MINUS_INFINITY)) {
                rest.addAll(of(from, holds, interval.low, !interval.includesLow).intervals);
            }
            from = interval.high;
            holds = !interval.includesHigh;
        }
        if (!from.equals(INFINITY)) {
            rest.addAll(of(from, holds && !from.equals(MINUS_INFINITY), INFINITY, false).intervals);
        }
        return new RealSet(List.copyOf(rest));
    }

    Form form() {
        List<Form> parts = new ArrayList<>();
        boolean finite = true;
        for (Interval interval : intervals) {
            boolean point = interval.low.equals(interval.high);
            finite &= point;
            Form low = new Form.Scalar(interval.low);
            parts.add(
                    point
                            ? new Form.FiniteSet(List.of(low))
                            : new Form.Sequence(
                                    interval.includesLow ? '[' : '(',
                                    List.of(low, new Form.Scalar(interval.high)),
                                    interval.includesHigh ? ']' : ')'));
        }
        if (finite) {
            return Form.FiniteSet.of(parts.stream()
                    .map(part -> ((Form.FiniteSet) part).items().getFirst())
                    .toList());
        }
        return parts.size() == 1 ? parts.getFirst() : new Form.SetOperation("cup", List.copyOf(parts));
    }

    private static boolean isReal(Fraction value) {
        return value.equals(INFINITY) || value.equals(MINUS_INFINITY) || isFinite(value);
    }

    static boolean isFinite(Fraction value) {
        return NumericValue.isConstant(value) && Double.isFinite(NumericValue.real(value));
    }

    private static int compare(Fraction a, Fraction b) {
        if (a.equals(b)) {
            return 0;
        }
        if (a.isRational() && b.isRational()) {
            return a.rational().compareTo(b.rational());
        }
        double difference = value(a) - value(b);
        if (Double.isNaN(difference) || Math.abs(difference) < MIN_DISTANCE) {
            throw new UnsupportedExpression("numbers too near to compare");
        }
        return difference < 0 ? -1 : 1;
    }

    private static double value(Fraction end) {
        return end.equals(INFINITY)
                ? Double.POSITIVE_INFINITY
                : end.equals(MINUS_INFINITY) ? Double.NEGATIVE_INFINITY : NumericValue.real(end);
    }
}
