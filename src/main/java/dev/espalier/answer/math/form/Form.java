package dev.espalier.answer.math.form;

import dev.espalier.answer.math.algebra.Atom;
import dev.espalier.answer.math.algebra.Fraction;
import dev.espalier.answer.math.algebra.Monomial;
import dev.espalier.answer.math.algebra.NumericValue;
import dev.espalier.answer.math.algebra.UnsupportedExpression;
import dev.espalier.answer.math.algebra.WorkBudget;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// An answer in exact form. Two forms are the same answer exactly if their keys are equal.
public sealed interface Form {
    String key();

    String kind();

    /// A number or an expression.
    record Scalar(Fraction value) implements Form {
        public Scalar {
            // Infinity is a symbol: it may stand alone but not in a calculation.
            boolean infinite =
                    value.num().terms().keySet().stream().anyMatch(monomial -> monomial.exponent(Atom.INFINITY) != 0);
            boolean infiniteDenominator =
                    value.den().terms().keySet().stream().anyMatch(monomial -> monomial.exponent(Atom.INFINITY) != 0);
            if (infiniteDenominator
                    || infinite
                            && (value.num().terms().size() > 1
                                    || value.num().leadingMonomial().atoms().length > 1
                                    || !value.num().leadingFactor().abs().isOne())) {
                throw new UnsupportedExpression("calculation with infinity");
            }
        }

        @Override
        public String key() {
            return value.toString();
        }

        @Override
        public String kind() {
            if (value.isRational()) {
                return value.rational().isInteger() ? "integer" : "rational";
            }
            boolean radical = true;
            boolean complex = false;
            for (Monomial monomial : value.num().terms().keySet()) {
                for (Atom atom : monomial.atoms()) {
                    radical &= atom.kind() == Atom.Kind.PRIME || atom.kind() == Atom.Kind.IMAGINARY;
                    complex |= atom.kind() == Atom.Kind.IMAGINARY;
                }
            }
            return complex && radical
                    ? "complex"
                    : radical && value.isPolynomial()
                            ? "radical"
                            : NumericValue.isConstant(value) ? "constant" : "expression";
        }
    }

    /// A numeral in a stated base. Differs from its value in base ten.
    record Numeral(String digits, int base) implements Form {
        @Override
        public String key() {
            return digits + "_" + base;
        }

        @Override
        public String kind() {
            return "numeral";
        }
    }

    /// A tuple, a vector or an interval. (2,1) may be a point or an open interval; both have the same key.
    record Sequence(char open, List<Form> items, char close, String key) implements Form {
        public Sequence(char open, List<Form> items, char close) {
            this(open, items, close, open + keys(items, ", ") + close);
        }

        @Override
        public String kind() {
            boolean unbounded = items.size() == 2
                    && (items.getFirst().key().equals("-inf")
                            || items.getLast().key().equals("inf"));
            return unbounded || items.size() == 2 && (open == '[' || close == ']') ? "interval" : "tuple";
        }
    }

    /// A finite set: sorted, without duplicates.
    record FiniteSet(List<Form> items, String key) implements Form {
        public FiniteSet(List<Form> items) {
            this(items, "{" + keys(items, ", ") + "}");
        }

        public static FiniteSet of(List<Form> items) {
            var sorted = new TreeMap<String, Form>();
            items.forEach(item -> sorted.putIfAbsent(item.key(), item));
            return new FiniteSet(List.copyOf(sorted.values()));
        }

        @Override
        public String kind() {
            return "set";
        }
    }

    /// Several answers without brackets, in order. Conditions are sorted: each names its own variable, so their
    /// order means nothing.
    record AnswerList(List<Form> items, String key) implements Form {
        AnswerList(List<Form> items) {
            this(items, keys(items, "; "));
        }

        public static Form of(List<Form> items) {
            return new AnswerList(
                    items.stream().allMatch(Condition.class::isInstance)
                            ? FiniteSet.of(items).items()
                            : List.copyOf(items));
        }

        @Override
        public String kind() {
            return "list";
        }
    }

    /// @param operator cup and cap have sorted parts; setminus keeps the order
    record SetOperation(String operator, List<Form> parts, String key) implements Form {
        SetOperation(String operator, List<Form> parts) {
            this(operator, parts, "[" + operator + " " + keys(parts, " ") + "]");
        }

        @Override
        public String kind() {
            return operator.equals("cup") ? "union" : "set";
        }
    }

    record Grid(List<List<Form>> rows, String key) implements Form {
        Grid(List<List<Form>> rows) {
            this(
                    rows,
                    rows.stream().map(row -> "[" + keys(row, ", ") + "]").collect(Collectors.joining(" ", "[", "]")));
        }

        @Override
        public String kind() {
            return "matrix";
        }
    }

    /// Equations, inequalities and memberships, independent of their arrangement.
    record Condition(String key, String kind) implements Form {}

    record Text(String text) implements Form {
        @Override
        public String key() {
            return "text:" + text;
        }

        @Override
        public String kind() {
            return "text";
        }
    }

    private static String keys(List<Form> forms, String separator) {
        StringBuilder keys = new StringBuilder();
        for (Form form : forms) {
            WorkBudget.spend(1 + form.key().length() / 8);
            keys.append(keys.isEmpty() ? "" : separator).append(form.key());
        }
        return keys.toString();
    }
}
