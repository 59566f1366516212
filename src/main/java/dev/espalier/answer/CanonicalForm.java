package dev.espalier.answer;

import java.math.BigDecimal;

/// The form in which two answers are compared: two forms are equal exactly when their keys are, so "the same answer" is an equivalence.
/// A form depends on nothing but its text. Thread-safe; no input throws.
public final class CanonicalForm {
    private final String key;
    private final String display;
    private final String kind;

    private CanonicalForm(String key, String display, String kind) {
        this.key = key;
        this.display = display;
        this.kind = kind;
    }

    /// @param latex a bare answer: LaTeX, plain text or a mixture; a blank one is no answer and has the key ""
    public static CanonicalForm of(String latex) {
        String text = latex.replace("$", "").replace("\\left", "").replace("\\right", "").replace("dfrac", "frac").replaceAll("\\s+", "");
        try {
            BigDecimal number = new BigDecimal(text.replaceAll("[eE]", " ")).stripTrailingZeros();
            return new CanonicalForm(number.toPlainString(), latex.strip(), number.scale() <= 0 ? "integer" : "rational");
        } catch (NumberFormatException _) {
            return new CanonicalForm(text.isEmpty() ? "" : "text:" + text, latex.strip(), text.isEmpty() ? "none" : "text");
        }
    }

    /// The identity of an answer group; "" only for no answer.
    public String key() {
        return key;
    }

    /// The answer as it was written, tidied for reading.
    public String display() {
        return display;
    }

    /// What the answer is: integer, rational, radical, tuple, text and so on.
    public String kind() {
        return kind;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CanonicalForm form && form.key.equals(key);
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
