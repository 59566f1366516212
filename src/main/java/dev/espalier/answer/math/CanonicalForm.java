package dev.espalier.answer.math;

import dev.espalier.answer.math.algebra.Expr;
import dev.espalier.answer.math.algebra.Fraction;
import dev.espalier.answer.math.algebra.Rational;
import dev.espalier.answer.math.algebra.UnsupportedExpression;
import dev.espalier.answer.math.algebra.WorkBudget;
import dev.espalier.answer.math.form.Canonicaliser;
import dev.espalier.answer.math.form.Form;
import dev.espalier.answer.math.form.ParsedAnswer;
import dev.espalier.answer.math.parse.Numerals;
import dev.espalier.answer.math.parse.Parser;
import dev.espalier.answer.math.parse.Surface;
import org.jspecify.annotations.Nullable;

/// The form in which two answers are compared: two forms are equal exactly when their keys are, so "the same answer" is an equivalence.
/// A form depends on nothing but its text. Thread-safe; no input throws, and what is too long, too deep or not understood is compared as text.
public final class CanonicalForm {
    private static final int LONGEST = 1_500;
    private static final int LONGEST_PLAIN_INTEGER = 18;
    private static final String INTEGER = "integer";

    private final String key;
    private final String written;
    private final String kind;
    private final @Nullable ParsedAnswer parsed;

    private CanonicalForm(String key, String written, String kind, @Nullable ParsedAnswer parsed) {
        this.key = key;
        this.written = written;
        this.kind = kind;
        this.parsed = parsed;
    }

    /// @param latex a bare answer: LaTeX, plain text or a mixture; a blank one is no answer and has the key ""
    public static CanonicalForm of(String latex) {
        String plain = Surface.trimmed(latex);
        if (plain.isEmpty() || plain.length() > LONGEST) {
            return text(plain);
        }
        if (plain.length() <= LONGEST_PLAIN_INTEGER && Numerals.isWhole(plain)) {
            long value = Long.parseLong(plain);
            return new CanonicalForm(Long.toString(value), plain, INTEGER, null);
        }
        try {
            return WorkBudget.within(() -> decided(plain));
        } catch (UnsupportedExpression _) {
            return text(plain);
        }
    }

    private static CanonicalForm decided(String plain) {
        Expr expr = Parser.read(plain);
        Form form = Canonicaliser.form(expr);
        return new CanonicalForm(form.key(), plain, form.kind(), new ParsedAnswer(expr, form));
    }

    private static CanonicalForm text(String plain) {
        String compressed = Surface.compressed(plain);
        return compressed.isEmpty() ? new CanonicalForm("", "", "none", null) : new CanonicalForm("text:" + compressed, plain, "text", null);
    }

    /// The identity of an answer group; "" only for no answer.
    public String key() {
        return key;
    }

    /// The answer as it was written, without dollar signs and a closing full stop.
    public String display() {
        return Surface.display(written);
    }

    /// What the answer is: integer, rational, radical, complex, constant, expression, numeral, tuple, interval, union, set, list, matrix, equation,
    /// inequality, membership, ratio, text; "none" for no answer.
    public String kind() {
        return kind;
    }

    /// Why this is the same answer as another, in a few words: "equal as fractions", "the unit left out". Different answers are "different answers".
    public String sameness(CanonicalForm other) {
        return equals(other) ? Sameness.rule(this, other) : "different answers";
    }

    /// The form of `2,74` read as `2.74`, null for anything else than a list of two whole numbers without a space.
    @Nullable CanonicalForm withDecimalPoint() {
        String plain = kind.equals("list") ? display().replace("$", "").strip() : "";
        int comma = plain.indexOf(',');
        int sign = plain.startsWith("-") ? 1 : 0;
        boolean decimal = comma > sign && Numerals.isWhole(plain.substring(sign, comma)) && Numerals.isWhole(plain.substring(comma + 1));
        return decimal ? of(plain.replace(',', '.')) : null;
    }

    /// What was read; null where the answer is compared as text.
    @Nullable ParsedAnswer parsed() {
        if (parsed != null || !kind.equals(INTEGER)) {
            return parsed;
        }
        Rational value = Rational.of(Long.parseLong(key));
        return new ParsedAnswer(new Expr.Num(value, -1), new Form.Scalar(Fraction.of(value)));
    }

    /// What was written, as a tree; null where the answer is compared as text.
    @Nullable Expr expr() {
        ParsedAnswer plain = parsed();
        return plain == null ? null : plain.expr();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CanonicalForm that && that.key.equals(key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return key;
    }
}
