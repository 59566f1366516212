package dev.espalier.answer.extract;

import dev.espalier.answer.Extraction;
import dev.espalier.answer.Extraction.Rule;
import java.util.ArrayDeque;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the answer in a candidate's text: in the part that is no thinking, by the first applicable
/// [Extraction.Rule]. Takes time linear in the length of the text.
public final class AnswerExtractor {
    /// A line with a number and at most two words of a unit. `#### Step 2` is a heading.
    private static final Pattern HASHES = Pattern.compile(
            "####[ \\t]*([-+\u2212]?\\$?[-\u2212]?(?:\\d[\\d,]*+(?:\\.\\d++)?|\\.\\d++)(?:/\\d++)?[ \\t]*%?(?: ?[A-Za-z]++){0,2}\\.?)[ \\t]*(?:\\R|$)");
    /// 12, -7, 1,234.5, 1 200, 3/4, .5, 40%, in the digits of any script.
    private static final Pattern NUMBER = Pattern.compile("(?=[-\u2212.\\p{Nd}])(?<![\\p{L}\\p{Nd}_.,])[-\u2212]?"
            + "(?:\\p{Nd}{1,3}(?:,\\p{Nd}{3})++(?!\\p{Nd})(?:\\.\\p{Nd}++)?|[1-9]\\d{0,2}(?:[ \u00a0\u202f\u2009]\\d{3})++(?![ \u00a0]?[\\d.,/]\\d|\\d)"
            + "|\\p{Nd}++(?:\\.\\p{Nd}++)?|\\.\\p{Nd}++)(?:/\\p{Nd}++)?(?:\\\\?%)?");
    /// A text that is nothing but an answer, in emphasis or as mathematics.
    private static final Pattern WHOLE = Pattern.compile(
            "\\s*+(?:[-=>\u2234]\\s?)?(?:\\*{1,3}|_{1,2}|`)?\\s*+(?:\\$\\$?|\\\\\\(|\\\\\\[)?(?<value>[^\\n*`$]{1,200}?)(?:\\$\\$?|\\\\\\)|\\\\\\])?\\s*+\\.?(?:\\*{1,3}|_{1,2}|`)?\\.?\\s*+");
    private static final Pattern SENTENCE = Pattern.compile(
            "[.!?;]\\s|\\p{L}{4,}(?<!sqrt|frac|sinh|cosh|tanh|text|begin|pmatrix|matrix|left|right)(?![\\p{L}(])");
    private static final Pattern FORMULA = Pattern.compile("\\p{Nd}|[=^+/\u221a\u03c0\u221e\\\\]");
    private static final Pattern WORD = Pattern.compile("(?i:yes|no|true|false)");
    /// A closing check is no answer: "Check: 7 - 4 = 3".
    private static final Pattern CHECK = Pattern.compile(
            "(?mi)^[ \\t>#*_-]{0,8}(?:(?:sanity\\s+)?check(?:ing)?|verif(?:y|ication)|probe|v\u00e9rification|comprobaci\u00f3n|\u9a8c\u8bc1|\u9a57\u8b49|note|explanation)[ \\t*_]{0,4}[:\uff1a]");

    /// "8, not 7, not 6": so many numbers at the end are looked at, so that a text of them is read in linear time.
    private static final int MOST_CONTRASTS = 20;

    private AnswerExtractor() {}

    /// @param finished true if the policy ended the text itself; a truncated candidate has an answer only if it
    ///                 stands in a box or an answer tag
    public static @Nullable Extraction extract(String text, boolean finished) {
        return extract(text, finished, String::equals);
    }

    /// @param alike tells equal answers: boxes with equal answers are no list
    public static @Nullable Extraction extract(String text, boolean finished, BiPredicate<String, String> alike) {
        return new Search(alike, false).in(text, finished);
    }

    /// For multiple-choice problems: reads the letters of choices too.
    public static @Nullable Extraction extractChoice(String text, boolean finished, BiPredicate<String, String> alike) {
        return new Search(alike, true).in(text, finished);
    }

    private record Search(BiPredicate<String, String> alike, boolean choice) {
        @Nullable
        Extraction in(String text, boolean finished) {
            var part = Thinking.behind(text);
            var found = ofAnswer(text.substring(part.from(), part.to()), finished && !part.open());
            return found == null ? null : found.shifted(part.from());
        }

        /// @param text without thinking
        private @Nullable Extraction ofAnswer(String text, boolean finished) {
            var found = tagged(text, finished);
            if (found == null) found = Boxes.last(text, alike);
            return found != null || !finished ? found : named(text);
        }

        /// The rules for texts without boxes, in order.
        private @Nullable Extraction named(String text) {
            var found = afterHashes(text);
            if (found == null) found = stated(text, Statements.FINAL_ANSWERS);
            if (found == null) found = stated(text, Statements.ANSWERS);
            if (found == null) found = Boxes.open(text);
            if (found == null && choice) found = stated(text, Statements.OPTIONS);
            if (found == null && choice) found = ChoiceLetters.last(text);
            if (found == null) found = stated(text, Statements.RESULTS);
            if (found == null) found = whole(text);
            return found == null ? lastNumber(text) : found;
        }

        private @Nullable Extraction stated(String text, Statements statements) {
            var found = statements.last(text);
            if (found == null || !choice) return found;
            var letter = ChoiceLetters.ofValue(found);
            return statements == Statements.OPTIONS && letter.answer().length() != 1 ? null : letter;
        }

        /// The last answer tag with an answer: a box in it, what a sentence in it states, or all of it.
        private @Nullable Extraction tagged(String text, boolean finished) {
            for (var content : AnswerTags.of(text)) {
                if (!content.closed() && !finished) continue;
                var inner = text.substring(content.from(), content.to());
                if (Placeholders.matches(inner)) continue;
                var found = Boxes.last(inner, alike);
                if (found == null) found = afterHashes(inner);
                if (found == null) found = stated(inner, Statements.FINAL_ANSWERS);
                if (found == null) found = stated(inner, Statements.ANSWERS);
                if (found == null) found = Boxes.open(inner);
                if (found == null && choice) found = ChoiceLetters.last(inner);
                if (found == null) found = stated(inner, Statements.RESULTS);
                if (found == null) found = ValueReader.whole(inner, Rule.TAG);
                if (found == null) found = lastNumber(inner);
                if (found == null) found = Spans.trimmed(inner, 0, inner.length(), Rule.TAG);
                if (found != null)
                    return new Extraction(found.answer(), Rule.TAG, found.start(), found.end()).shifted(content.from());
            }
            return null;
        }
    }

    private static @Nullable Extraction afterHashes(String text) {
        Extraction last = null;
        Matcher hashes = HASHES.matcher(text);
        while (hashes.find()) {
            last = Spans.trimmed(text, hashes.start(1), hashes.end(1), Rule.HASHES);
        }
        return last;
    }

    private static @Nullable Extraction whole(String text) {
        if (text.length() > 1_000) return null;
        var whole = WHOLE.matcher(text);
        if (!whole.matches()) return null;
        var found = Spans.trimmed(text, whole.start("value"), whole.end("value"), Rule.WHOLE);
        if (found == null || Placeholders.matches(found.answer())) return null;
        boolean formula = FORMULA.matcher(found.answer()).find()
                && !SENTENCE.matcher(found.answer()).find()
                && ValueReader.isFormula(found.answer());
        return formula || WORD.matcher(found.answer()).matches() ? found : null;
    }

    /// Null behind a denial: of "3 + 4 is 8? The answer is not 8.", neither 8 nor 4 is the answer.
    private static @Nullable Extraction lastNumber(String text) {
        int check = text.length();
        var note = CHECK.matcher(text);
        while (note.find()) check = note.start();
        var numbers = new ArrayDeque<int[]>();
        Matcher number = NUMBER.matcher(text);
        while (number.find()) {
            if (!numbers.isEmpty() && number.start() >= check) break;
            if (numbers.size() == MOST_CONTRASTS) numbers.removeLast();
            numbers.push(new int[] {number.start(), number.end()});
        }
        for (var last : numbers) {
            if (Denials.contrasts(text, last[0])) continue;
            if (Denials.denies(text, last[0], last[1])) return null;
            return new Extraction(text.substring(last[0], last[1]), Rule.LAST_NUMBER, last[0], last[1]);
        }
        return null;
    }
}
