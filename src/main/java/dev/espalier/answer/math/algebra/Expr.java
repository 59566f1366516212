package dev.espalier.answer.math.algebra;

import java.util.List;

/// What was written, as a tree: nothing is simplified yet.
public sealed interface Expr {
    /// @param places digits after the decimal point, −1 where none was written
    record Num(Rational value, int places) implements Expr {
    }

    record Symbol(String name) implements Expr {
    }

    record Sum(List<Expr> terms) implements Expr {
    }

    record Product(List<Expr> factors) implements Expr {
    }

    record Negated(Expr value) implements Expr {
    }

    record Quotient(Expr above, Expr below) implements Expr {
    }

    record Power(Expr base, Expr exponent) implements Expr {
    }

    record Root(Expr order, Expr radicand) implements Expr {
    }

    record Call(String name, List<Expr> arguments) implements Expr {
        private static final String FUNCTION_LETTERS = "fghuvFGHPQRSTVWpqr";

        /// Whether a name is a letter that usually names a function, with or without an index: `f`, `P_2`.
        public static boolean isFunctionLetter(String name) {
            return FUNCTION_LETTERS.indexOf(name.charAt(0)) >= 0 && (name.length() == 1 || !Character.isLetter(name.charAt(1)));
        }
    }

    /// The sign ± (or ∓, where flipped): number `index` of its answer.
    record Sign(int index, boolean flipped) implements Expr {
    }

    record Percent(Expr value) implements Expr {
    }

    record Degrees(Expr value) implements Expr {
    }

    /// A value with a unit or a currency.
    record Measured(Expr value, String unit) implements Expr {
    }

    /// A numeral with its base written as a subscript.
    record Based(String digits, int base) implements Expr {
    }

    /// Items in brackets of any kind, as written: `(`, `[`, `]`, `)`.
    record Sequence(char open, List<Expr> items, char close) implements Expr {
    }

    record SetOf(List<Expr> items) implements Expr {
    }

    /// @param operator cup, cap or setminus
    record Combined(String operator, List<Expr> parts) implements Expr {
    }

    record Matrix(List<List<Expr>> rows) implements Expr {
    }

    /// @param operators one fewer than sides: `=`, `<`, `<=`, `>`, `>=`, `!=`, `in`, `~`, `:`, `::`
    record Relation(List<Expr> sides, List<String> operators) implements Expr {
        /// A colon before two digits of which the first is a zero: of a time of day, not of a ratio.
        public static final String CLOCK = "::";
    }

    /// Several answers without brackets.
    ///
    /// @param joined whether "and" or "or" stands between them: then they are alternatives, and their order says nothing
    record Items(List<Expr> items, boolean joined) implements Expr {
    }

    record Words(String text) implements Expr {
    }
}
