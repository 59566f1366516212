package dev.espalier.answer.choice;

import dev.espalier.answer.Comparison;
import dev.espalier.answer.Extraction;
import dev.espalier.answer.Grader;
import dev.espalier.answer.extract.AnswerExtractor;
import dev.espalier.answer.math.CanonicalForm;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Grades the letter of a choice, A to J: `(C)`, `C.`, `\textbf{(C)}` and `(C) Plane` are the same answer. Compares an
/// answer without a letter as mathematics.
public final class ChoiceGrader implements Grader {
    private static final String FORMATTING =
            "(?:\\\\(?:text(?:bf|rm|it)?|mathrm|mathbf|bf|rm)\\b|[\\s${}*\\\\:]){0,40}";
    /// A letter alone, or a letter before the text of the choice.
    private static final Pattern FIRST = Pattern.compile(FORMATTING + "(?:\\(([A-Ja-j])\\)|([A-J])(?=" + FORMATTING
            + "$)|([A-Ja-j])(?=" + FORMATTING + "[).:](?:\\s|" + FORMATTING + "$)))");
    private static final Pattern BRACKETED = Pattern.compile("\\(([A-J])\\)");

    @Override
    public String name() {
        return "choice";
    }

    @Override
    public @Nullable Extraction extract(String text, boolean finished) {
        return AnswerExtractor.extractChoice(text, finished, this::key);
    }

    @Override
    public String key(String answer) {
        var letter = letter(answer);
        return letter.isEmpty() ? CanonicalForm.of(answer).key() : letter;
    }

    @Override
    public String sameness(String first, String other) {
        return letter(first).isEmpty() && letter(other).isEmpty()
                ? CanonicalForm.of(first).sameness(CanonicalForm.of(other))
                : grade(first, other).rule();
    }

    @Override
    public Comparison grade(String gold, String pred) {
        return Comparison.ofKeys(key(gold), key(pred), "same choice");
    }

    /// Returns the letter that an answer names; "" if none.
    static String letter(String answer) {
        var first = FIRST.matcher(answer);
        if (first.lookingAt()) {
            for (int group = 1; group <= 3; group++)
                if (first.group(group) != null) return first.group(group).toUpperCase(java.util.Locale.ROOT);
        }
        var bracketed = BRACKETED.matcher(answer);
        var last = "";
        while (bracketed.find()) last = bracketed.group(1);
        return last;
    }
}
