package dev.espalier.answer.choice;

import dev.espalier.answer.Comparison;
import dev.espalier.answer.Extraction;
import dev.espalier.answer.Grader;
import dev.espalier.answer.extract.AnswerExtractor;
import dev.espalier.answer.math.CanonicalForm;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Grades the letter of a choice, A to J: `(C)`, `C.`, `\textbf{(C)}` and `(C) Plane` are the same answer. What names no letter is compared as mathematics.
public final class ChoiceGrader implements Grader {
    private static final String LOOKS = "(?:\\\\(?:text(?:bf|rm|it)?|mathrm|mathbf|bf|rm)\\b|[\\s${}*\\\\:]){0,40}";
    /// A letter by itself, or one that a choice's own words follow.
    private static final Pattern FIRST = Pattern.compile(LOOKS + "(?:\\(([A-Ja-j])\\)|([A-J])(?=" + LOOKS + "$)|([A-Ja-j])(?=" + LOOKS + "[).:](?:\\s|" + LOOKS + "$)))");
    private static final Pattern BRACKETED = Pattern.compile("\\(([A-J])\\)");

    @Override
    public String name() {
        return "choice";
    }

    @Override
    public @Nullable Extraction extract(String text, boolean finished) {
        return AnswerExtractor.extractChoice(text, finished);
    }

    @Override
    public String key(String answer) {
        var letter = letter(answer);
        return letter.isEmpty() ? CanonicalForm.of(answer).key() : letter;
    }

    @Override
    public String sameness(String first, String other) {
        return letter(first).isEmpty() && letter(other).isEmpty() ? CanonicalForm.of(first).sameness(CanonicalForm.of(other)) : grade(first, other).rule();
    }

    @Override
    public Comparison grade(String gold, String pred) {
        return Comparison.ofKeys(key(gold), key(pred), "same choice");
    }

    /// "" where an answer names none.
    static String letter(String answer) {
        var first = FIRST.matcher(answer);
        if (first.lookingAt()) {
            for (int group = 1; group <= 3; group++) if (first.group(group) != null) return first.group(group).toUpperCase(java.util.Locale.ROOT);
        }
        var bracketed = BRACKETED.matcher(answer);
        var last = "";
        while (bracketed.find()) last = bracketed.group(1);
        return last;
    }
}
