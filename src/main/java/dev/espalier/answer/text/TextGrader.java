package dev.espalier.answer.text;

import dev.espalier.answer.Comparison;
import dev.espalier.answer.Extraction;
import dev.espalier.answer.Grader;
import dev.espalier.answer.extract.AnswerExtractor;
import java.text.Normalizer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Grades text: two answers are the same if they have the same characters, after Unicode normalisation (NFC), without
/// surrounding white space and with each run of white space as one space. Case-sensitive.
public final class TextGrader implements Grader {
    private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    @Override
    public String name() {
        return "text";
    }

    @Override
    public @Nullable Extraction extract(String text, boolean finished) {
        return AnswerExtractor.extract(
                text, finished, (first, other) -> grade(first, other).same());
    }

    @Override
    public String key(String answer) {
        return SPACE.matcher(Normalizer.normalize(answer, Normalizer.Form.NFC))
                .replaceAll(" ")
                .strip();
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
