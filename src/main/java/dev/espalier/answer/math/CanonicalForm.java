package dev.espalier.answer.math;

import dev.espalier.answer.math.algebra.Expr;
import dev.espalier.answer.math.algebra.Fraction;
import dev.espalier.answer.math.algebra.Rational;
import dev.espalier.answer.math.algebra.UnsupportedExpression;
import dev.espalier.answer.math.algebra.WorkBudget;
import dev.espalier.answer.math.form.Assignment;
import dev.espalier.answer.math.form.Canonicaliser;
import dev.espalier.answer.math.form.Form;
import dev.espalier.answer.math.form.ParsedAnswer;
import dev.espalier.answer.math.parse.AnswerText;
import dev.espalier.answer.math.parse.Decimals;
import dev.espalier.answer.math.parse.OtherSpellings;
import dev.espalier.answer.math.parse.Parser;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The form in which two answers are compared. Two forms are equal exactly if their keys are, so "the same answer" is
/// an equivalence relation. A form depends only on the text. Thread-safe. Never throws: an answer that is too long, too
/// deep or not understood is compared as text.
public final class CanonicalForm {
    private static final int MAX_LENGTH = 1_500;
    private static final int MAX_PLAIN_INTEGER_DIGITS = 18;
    private static final String INTEGER = "integer";
    private static final String EQUATION = "equation";
    private static final Set<String> NUMBERS = Set.of(INTEGER, "rational", "radical", "constant", "complex");

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

    /// @param answer a bare answer: LaTeX, plain text, the output of a computer algebra system or a mixture. A blank
    ///               one is no answer and has the key ""
    public static CanonicalForm of(String answer) {
        String plain = AnswerText.trimmed(OtherSpellings.digits(answer));
        return ofTrimmed(plain, OtherSpellings.latex(plain));
    }

    /// Reads LaTeX only: no digits of other scripts, no numbers in words, no output of other programs.
    public static CanonicalForm ofLatex(String latex) {
        String plain = AnswerText.trimmed(latex);
        return ofTrimmed(plain, plain);
    }

    /// @param plain the answer as written
    /// @param latex the same in LaTeX
    private static CanonicalForm ofTrimmed(String plain, String latex) {
        if (plain.isEmpty() || plain.length() > MAX_LENGTH) {
            return text(plain);
        }
        if (plain.length() <= MAX_PLAIN_INTEGER_DIGITS && Decimals.isWhole(plain)) {
            long value = Long.parseLong(plain);
            return new CanonicalForm(Long.toString(value), plain, INTEGER, null);
        }
        try {
            return WorkBudget.within(() -> parsed(plain, latex));
        } catch (UnsupportedExpression _) {
            return text(plain);
        }
    }

    private static CanonicalForm parsed(String plain, String latex) {
        Expr expr = Parser.read(latex);
        Form form = Canonicaliser.form(expr);
        return new CanonicalForm(form.key(), plain, form.kind(), new ParsedAnswer(expr, form));
    }

    private static CanonicalForm text(String plain) {
        String compressed = AnswerText.compressed(plain);
        return compressed.isEmpty()
                ? new CanonicalForm("", "", "none", null)
                : new CanonicalForm("text:" + compressed, plain, "text", null);
    }

    /// Identifies the group of answers; "" means no answer.
    public String key() {
        return key;
    }

    /// The answer as written, without dollar signs and final full stop.
    public String display() {
        return AnswerText.display(written);
    }

    /// The kind of answer: integer, rational, radical, complex, constant, expression, numeral, tuple, interval,
    /// union, set, list, matrix, equation, inequality, membership, ratio, text; "none" for no answer.
    public String kind() {
        return kind;
    }

    /// Says in a few words why this is the same answer as another: "equal as fractions", "equal without the unit";
    /// else "different answers".
    public String sameness(CanonicalForm other) {
        return equals(other) ? Sameness.rule(this, other) : "different answers";
    }

    /// Reads `2,74` as `2.74`. Returns null unless this is a list of two whole numbers without a space.
    @Nullable
    CanonicalForm withDecimalPoint() {
        String plain = kind.equals("list") ? display().replace("$", "").strip() : "";
        int comma = plain.indexOf(',');
        int sign = plain.startsWith("-") ? 1 : 0;
        boolean decimal = comma > sign
                && Decimals.isWhole(plain.substring(sign, comma))
                && Decimals.isWhole(plain.substring(comma + 1));
        return decimal ? of(plain.replace(',', '.')) : null;
    }

    /// The number that the answer names: of `n = 8` the form of `8`. Any other answer stays as it is.
    CanonicalForm withoutName() {
        if (parsed == null || !kind.equals(EQUATION)) return this;
        try {
            return WorkBudget.within(() -> {
                var assignment = Assignment.of(parsed.expr());
                if (assignment == null || assignment.values().size() != 1) return this;
                var value = ParsedAnswer.of(assignment.values().getFirst());
                return NUMBERS.contains(value.form().kind())
                        ? new CanonicalForm(
                                value.form().key(), written, value.form().kind(), value)
                        : this;
            });
        } catch (UnsupportedExpression _) {
            return this;
        }
    }

    /// The parsed answer; null if the answer is compared as text.
    @Nullable
    ParsedAnswer parsed() {
        if (parsed != null || !kind.equals(INTEGER)) {
            return parsed;
        }
        Rational value = Rational.of(Long.parseLong(key));
        return new ParsedAnswer(new Expr.Num(value, -1), new Form.Scalar(Fraction.of(value)));
    }

    /// The answer as an expression tree; null if the answer is compared as text.
    @Nullable
    Expr expr() {
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
