package dev.espalier.answer.text;

import dev.espalier.answer.Comparison;
import dev.espalier.answer.Extraction;
import dev.espalier.answer.Grader;
import dev.espalier.answer.extract.AnswerExtractor;
import java.text.Normalizer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Grades exact text: two answers are the same where their characters are (Unicode's composed form, outer white space and the width of inner white
/// space apart). Case counts.
public final class TextGrader implements Grader {
    private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    @Override
    public String name() {
        return "text";
    }

    @Override
    public @Nullable Extraction extract(String text, boolean finished) {
        return AnswerExtractor.extract(text, finished);
    }

    @Override
    public String key(String answer) {
        return SPACE.matcher(Normalizer.normalize(answer, Normalizer.Form.NFC)).replaceAll(" ").strip();
    }

    @Override
    public String sameness(String first, String other) {
        return grade(first, other).rule();
    }

    @Override
    public Comparison grade(String gold, String pred) {
        return Comparison.ofKeys(key(gold), key(pred), "same text");
    }
}
