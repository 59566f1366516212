package dev.espalier.answer.extract;

import dev.espalier.answer.Extraction;
import dev.espalier.answer.Extraction.Rule;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the answer in a candidate's text by the first applicable [Extraction.Rule]. Takes time linear in the length of
/// the text.
public final class AnswerExtractor {
    private static final Pattern BOX = Pattern.compile("\\\\(?:boxed|fbox)(?![a-zA-Z])\\s*");
    private static final Pattern UNBRACED = Pattern.compile("\\G(?:\\\\[a-zA-Z]+|[^\\s{}$\\\\.,;]|[.,](?=\\d))++");
    /// A line with a number and at most two words of a unit. `#### Step 2` is a heading.
    private static final Pattern HASHES = Pattern.compile(
            "####[ \\t]*([-+\u2212]?\\$?[-\u2212]?(?:\\d[\\d,]*+(?:\\.\\d++)?|\\.\\d++)(?:/\\d++)?[ \\t]*%?(?: ?[A-Za-z]++){0,2}\\.?)[ \\t]*(?:\\R|$)");
    /// A remark about the answer that follows "the answer is".
    private static final Pattern COMMENT = Pattern.compile(
            "(?i)(?:indeed |not |in)?(?:correct|right|wrong|reasonable|clear|obvious|valid|as follows|the following)\\b");
    private static final Pattern FINAL_ANSWER = Pattern.compile("(?i)\\bfinal\\s+answer\\s*(?:is|:)\\s*:?");
    private static final Pattern ANSWER = Pattern.compile("(?i)\\banswer\\s+is\\s*:?");
    private static final Pattern SENTENCE_END = Pattern.compile("[.!?](?=\\s|\\*|$)|\\R");
    private static final Pattern NUMBER = Pattern.compile(
            "(?<![\\w.,])[-\u2212]?(?:\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d+)?(?:\\.?\\d++)(?:/\\d+)?(?:\\\\?%)?");

    /// A letter in parentheses, or after "answer" with only punctuation and formatting in between.
    private static final Pattern CHOICE = Pattern.compile(
            "\\(([A-J])\\)|(?i:\\banswers?)(?i:\\s+(?:is|must\\s+be|choice))?[\\s:*(${]{1,20}+(?:\\\\text(?:bf)?\\{\\(?)?([A-J])(?![\\w'\u2019])");

    private static final int MAX_SENTENCE = 1_000;

    private AnswerExtractor() {}

    /// @param finished true if the policy ended the text itself; a truncated candidate has an answer only if it is
    ///                 boxed
    public static @Nullable Extraction extract(String text, boolean finished) {
        return extract(text, finished, false);
    }

    /// For multiple-choice problems: if no sentence states the answer, prefers the last letter of a choice to the
    /// last number.
    public static @Nullable Extraction extractChoice(String text, boolean finished) {
        return extract(text, finished, true);
    }

    private static @Nullable Extraction extract(String text, boolean finished, boolean choice) {
        Extraction boxed = boxed(text);
        if (boxed != null || !finished) {
            return boxed;
        }
        Extraction hashes = afterHashes(text);
        if (hashes != null) {
            return hashes;
        }
        Extraction stated = sentence(text, FINAL_ANSWER, Rule.FINAL_ANSWER);
        if (stated == null) {
            stated = sentence(text, ANSWER, Rule.ANSWER);
        }
        if (stated == null && choice) {
            stated = lastChoice(text);
        }
        return stated != null ? stated : lastNumber(text);
    }

    private static @Nullable Extraction boxed(String text) {
        if (!text.contains("boxed") && !text.contains("fbox")) {
            return null;
        }
        int[] closing = closingBraces(text);
        Extraction last = null;
        Matcher box = BOX.matcher(text);
        int from = 0;
        while (box.find(from)) {
            from = box.end();
            Extraction found = null;
            if (from < text.length() && text.charAt(from) == '{') {
                if (closing[from] > 0) {
                    found = trimmed(text, from + 1, closing[from], Rule.BOXED);
                    from = closing[from];
                }
            } else {
                Matcher bare = UNBRACED.matcher(text);
                if (bare.find(from)) {
                    found = trimmed(text, from, bare.end(), Rule.BOXED);
                    from = bare.end();
                }
            }
            last = found != null ? found : last;
        }
        return last;
    }

    /// Maps the index of each opening brace to that of its closing brace, or to 0. `\{` and `\}` do not count.
    private static int[] closingBraces(String text) {
        int[] closing = new int[text.length()];
        int[] open = new int[16];
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case '{' -> {
                    if (depth == open.length) {
                        open = Arrays.copyOf(open, 2 * depth);
                    }
                    open[depth++] = i;
                }
                case '}' -> {
                    if (depth > 0) {
                        closing[open[--depth]] = i;
                    }
                }
                default -> {}
            }
        }
        return closing;
    }

    private static @Nullable Extraction afterHashes(String text) {
        Extraction last = null;
        Matcher hashes = HASHES.matcher(text);
        while (hashes.find()) {
            last = trimmed(text, hashes.start(1), hashes.end(1), Rule.HASHES);
        }
        return last;
    }

    private static @Nullable Extraction sentence(String text, Pattern words, Rule rule) {
        int[] ends = words.matcher(text).results().mapToInt(MatchResult::end).toArray();
        // The last statement counts. Search from the end, so that a text with a thousand such statements is not
        // read a thousand times.
        for (int i = ends.length - 1; i >= 0; i--) {
            Extraction found = answerAfter(text, ends[i], rule);
            if (found != null && !COMMENT.matcher(found.answer()).lookingAt()) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable Extraction answerAfter(String text, int start, Rule rule) {
        int from = start;
        while (from < text.length()
                && (Character.isWhitespace(text.charAt(from))
                        || text.charAt(from) == '*'
                        || text.charAt(from) == ':')) {
            from++;
        }
        Extraction mathematics = delimited(text, from, rule);
        if (mathematics != null) {
            return mathematics;
        }
        int limit = Math.min(text.length(), from + MAX_SENTENCE);
        Matcher end = SENTENCE_END
                .matcher(text)
                .region(from, limit)
                .useTransparentBounds(true)
                .useAnchoringBounds(false);
        if (end.find()) {
            return trimmed(text, from, end.start(), rule);
        }
        return limit == text.length() ? trimmed(text, from, limit, rule) : null;
    }

    /// Mathematics between `$…$`, `$$…$$`, `\(…\)` or `\[…\]` at an index. `$5` alone is a price, not a delimiter.
    private static @Nullable Extraction delimited(String text, int from, Rule rule) {
        for (String[] pair : new String[][] {{"$$", "$$"}, {"$", "$"}, {"\\(", "\\)"}, {"\\[", "\\]"}}) {
            if (text.startsWith(pair[0], from)) {
                int start = from + pair[0].length();
                int end = text.indexOf(pair[1], start, Math.min(text.length(), start + MAX_SENTENCE));
                return end < 0 ? null : trimmed(text, start, end, rule);
            }
        }
        return null;
    }

    private static @Nullable Extraction lastChoice(String text) {
        Extraction last = null;
        Matcher choice = CHOICE.matcher(text);
        while (choice.find()) {
            int group = choice.group(1) != null ? 1 : 2;
            last = new Extraction(choice.group(group), Rule.CHOICE, choice.start(group), choice.end(group));
        }
        return last;
    }

    private static @Nullable Extraction lastNumber(String text) {
        Extraction last = null;
        Matcher number = NUMBER.matcher(text);
        while (number.find()) {
            last = new Extraction(number.group(), Rule.LAST_NUMBER, number.start(), number.end());
        }
        return last;
    }

    /// The text between two indices without surrounding white space, emphasis and final full stop; null if nothing
    /// is left.
    private static @Nullable Extraction trimmed(String text, int from, int to, Rule rule) {
        int start = from;
        int end = to;
        while (start < end && (Character.isWhitespace(text.charAt(start)) || text.charAt(start) == '*')) {
            start++;
        }
        while (start < end
                && (Character.isWhitespace(text.charAt(end - 1))
                        || text.charAt(end - 1) == '*'
                        || text.charAt(end - 1) == '.' && rule != Rule.BOXED)) {
            end--;
        }
        return start == end ? null : new Extraction(text.substring(start, end), rule, start, end);
    }
}
