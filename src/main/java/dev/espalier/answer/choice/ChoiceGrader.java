package dev.espalier.answer.choice;

import dev.espalier.answer.Comparison;
import dev.espalier.answer.Extraction;
import dev.espalier.answer.Grader;
import dev.espalier.answer.extract.AnswerExtractor;
import dev.espalier.answer.math.MathGrader;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Grades the letter of a choice, A to J: `(C)`, `C.`, `\textbf{(C)}`, `Option C` and `(C) Plane` are the same answer.
/// If the offered choices are known, the text of a choice is its letter. Compares an answer that names no choice as
/// mathematics.
public final class ChoiceGrader implements Grader {
    private static final String FORMATTING =
            "(?:\\\\(?:text(?:bf|rm|it)?|mathrm|mathbf|bf|rm)\\b|[\\s${}\\[\\]*\\\\:\"'`\uff08]){0,40}";
    private static final String WORDS =
            "(?:(?i:(?:the\\s)?(?:correct\\s)?(?:options?|choices?|answers?|letter)|\u9009\u9879|\u9078\u9805)\\s?:?\\s?)?";
    /// A letter alone, or a letter before the text of the choice.
    private static final Pattern FIRST = Pattern.compile(FORMATTING + WORDS + FORMATTING
            + "(?:[(\uff08]([A-Ja-j])[)\uff09]|([A-Ja-j])(?=" + FORMATTING + "[.)\uff09]?" + FORMATTING
            + "$)|([A-Ja-j])(?=" + FORMATTING + "(?:[).:\uff1a\u3001\uff0e](?:\\s|" + FORMATTING
            + "$)|\\s[-\u2013\u2014]\\s|,\\s|\\s?\\(|\\\\text\\{\\s?\\()))");
    private static final Pattern BRACKETED = Pattern.compile("\\(([A-J])\\)");
    private static final MathGrader MATHEMATICS = new MathGrader();

    private final OfferedChoices choices;

    public ChoiceGrader() {
        this(OfferedChoices.UNKNOWN);
    }

    /// @param choices of the problem
    public ChoiceGrader(OfferedChoices choices) {
        this.choices = choices;
    }

    @Override
    public String name() {
        return "choice";
    }

    /// Returns the letter if the answer is the text of a choice.
    @Override
    public @Nullable Extraction extract(String text, boolean finished) {
        var found = AnswerExtractor.extractChoice(
                text, finished, (first, other) -> key(first).equals(key(other)));
        if (found == null || !letter(found.answer()).isEmpty()) return found;
        var letter = choices.letter(found.answer());
        return letter.isEmpty() ? found : new Extraction(letter, found.rule(), found.start(), found.end());
    }

    @Override
    public String key(String answer) {
        var letter = letter(answer);
        if (letter.isEmpty()) letter = choices.letter(answer);
        return letter.isEmpty() ? MATHEMATICS.key(answer) : letter;
    }

    @Override
    public String sameness(String first, String other) {
        return letter(first).isEmpty() && letter(other).isEmpty()
                ? MATHEMATICS.sameness(first, other)
                : grade(first, other).rule();
    }

    @Override
    public Comparison grade(String gold, String pred) {
        var key = key(pred);
        // Two choices may have the same value: "1" and "1 apple".
        if (letter(pred).isEmpty() && choices.accepts(key(gold), pred))
            return Comparison.ofKeys(key(gold), key(gold), "text of the right choice");
        return Comparison.ofKeys(key(gold), key, "same choice");
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
