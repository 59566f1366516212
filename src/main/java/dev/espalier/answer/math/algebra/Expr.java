package dev.espalier.answer.math.algebra;

import java.util.List;

/// An answer as a syntax tree, not simplified.
public sealed interface Expr {
    /// @param places digits after the decimal point; −1 without a decimal point
    record Num(Rational value, int places) implements Expr {}

    record Symbol(String name) implements Expr {}

    record Sum(List<Expr> terms) implements Expr {}

    record Product(List<Expr> factors) implements Expr {}

    record Negated(Expr value) implements Expr {}

    record Quotient(Expr numerator, Expr denominator) implements Expr {}

    record Power(Expr base, Expr exponent) implements Expr {}

    record Root(Expr order, Expr radicand) implements Expr {}

    record FunctionCall(String name, List<Expr> arguments) implements Expr {
        private static final String FUNCTION_LETTERS = "fghuvFGHPQRSTVWpqr";

        /// Returns true if the name is a letter that usually denotes a function, with or without an index: `f`,
        /// `P_2`.
        public static boolean isFunctionLetter(String name) {
            return FUNCTION_LETTERS.indexOf(name.charAt(0)) >= 0
                    && (name.length() == 1 || !Character.isLetter(name.charAt(1)));
        }
    }

    /// The sign ± (or ∓ if flipped): number `index` of its answer.
    record Sign(int index, boolean flipped) implements Expr {}

    record Percent(Expr value) implements Expr {}

    record Degrees(Expr value) implements Expr {}

    /// A value with a unit or a currency.
    record Quantity(Expr value, String unit) implements Expr {}

    /// A numeral with its base as a subscript.
    record BaseNumeral(String digits, int base) implements Expr {}

    /// Items in brackets as written: `(`, `[`, `]`, `)`. The two ends may differ.
    record Sequence(char open, List<Expr> items, char close) implements Expr {}

    record SetOf(List<Expr> items) implements Expr {}

    /// @param operator cup, cap or setminus
    record SetOperation(String operator, List<Expr> parts) implements Expr {}

    record Matrix(List<List<Expr>> rows) implements Expr {}

    /// @param operators one fewer than sides: `=`, `<`, `<=`, `>`, `>=`, `!=`, `in`, `~`, `:`, `::`
    record Relation(List<Expr> sides, List<String> operators) implements Expr {
        /// A colon before two digits that start with 0: a time of day, not a ratio.
        public static final String CLOCK = "::";
    }

    /// Several answers without brackets.
    ///
    /// @param alternatives true if "and" or "or" stands between them; their order then means nothing
    record Items(List<Expr> items, boolean alternatives) implements Expr {}

    record Words(String text) implements Expr {}
}
