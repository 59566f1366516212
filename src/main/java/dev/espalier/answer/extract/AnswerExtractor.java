package dev.espalier.answer.extract;

import dev.espalier.answer.Extraction.Rule;
import dev.espalier.answer.Extraction;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the answer in a candidate's text, by the first of [Extraction.Rule] that applies. Takes time linear in the text.
public final class AnswerExtractor {
    private static final Pattern BOX = Pattern.compile("\\\\(?:boxed|fbox)(?![a-zA-Z])\\s*");
    private static final Pattern UNBRACED = Pattern.compile("\\G(?:\\\\[a-zA-Z]+|[^\\s{}$\\\\.,;]|[.,](?=\\d))++");
    /// A line of its own with a number and at most two words of a unit; `#### Step 2` is a heading.
    private static final Pattern HASHES = Pattern.compile("####[ \\t]*([-+\u2212]?\\$?[-\u2212]?(?:\\d[\\d,]*+(?:\\.\\d++)?|\\.\\d++)(?:/\\d++)?[ \\t]*%?(?: ?[A-Za-z]++){0,2}\\.?)[ \\t]*(?:\\R|$)");
    /// What follows "the answer is" in a remark about the answer.
    private static final Pattern COMMENT = Pattern.compile("(?i)(?:indeed |not |in)?(?:correct|right|wrong|reasonable|clear|obvious|valid|as follows|the following)\\b");
    private static final Pattern FINAL_ANSWER = Pattern.compile("(?i)\\bfinal\\s+answer\\s*(?:is|:)\\s*:?");
    private static final Pattern ANSWER = Pattern.compile("(?i)\\banswer\\s+is\\s*:?");
    private static final Pattern SENTENCE_END = Pattern.compile("[.!?](?=\\s|\\*|$)|\\R");
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.,])[-\u2212]?(?:\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d+)?(?:\\.?\\d++)(?:/\\d+)?(?:\\\\?%)?");

    /// A letter in brackets, or behind "answer" with nothing but punctuation and looks between.
    private static final Pattern CHOICE = Pattern.compile("\\(([A-J])\\)|(?i:\\banswers?)(?i:\\s+(?:is|must\\s+be|choice))?[\\s:*(${]{1,20}+(?:\\\\text(?:bf)?\\{\\(?)?([A-J])(?![\\w'\u2019])");

    private static final int LONGEST_SENTENCE = 1_000;

    private AnswerExtractor() {
    }

    /// @param finished whether the policy ended the text itself; a truncated candidate has an answer only when it was boxed
    public static @Nullable Extraction extract(String text, boolean finished) {
        return extract(text, finished, false);
    }

    /// For a multiple-choice problem: where nothing says what the answer is, the last letter of a choice counts before the last number.
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
        Extraction said = sentence(text, FINAL_ANSWER, Rule.FINAL_ANSWER);
        if (said == null) {
            said = sentence(text, ANSWER, Rule.ANSWER);
        }
        if (said == null && choice) {
            said = lastChoice(text);
        }
        return said != null ? said : lastNumber(text);
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

    /// For each opening brace the index of its closing one, else 0. `\{` and `\}` are no braces.
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
                default -> {
                }
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
        // The last that says something counts: from the end, so that a text that says it a thousand times is not read a thousand times.
        for (int i = ends.length - 1; i >= 0; i--) {
            Extraction found = said(text, ends[i], rule);
            if (found != null && !COMMENT.matcher(found.answer()).lookingAt()) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable Extraction said(String text, int start, Rule rule) {
        int from = start;
        while (from < text.length() && (Character.isWhitespace(text.charAt(from)) || text.charAt(from) == '*' || text.charAt(from) == ':')) {
            from++;
        }
        Extraction mathematics = delimited(text, from, rule);
        if (mathematics != null) {
            return mathematics;
        }
        int limit = Math.min(text.length(), from + LONGEST_SENTENCE);
        Matcher end = SENTENCE_END.matcher(text).region(from, limit).useTransparentBounds(true).useAnchoringBounds(false);
        if (end.find()) {
            return trimmed(text, from, end.start(), rule);
        }
        return limit == text.length() ? trimmed(text, from, limit, rule) : null;
    }

    /// Mathematics between `$…$`, `$$…$$`, `\(…\)` or `\[…\]` that begins at an index. `$5` alone is money, not a delimiter.
    private static @Nullable Extraction delimited(String text, int from, Rule rule) {
        for (String[] pair : new String[][] {{"$$", "$$"}, {"$", "$"}, {"\\(", "\\)"}, {"\\[", "\\]"}}) {
            if (text.startsWith(pair[0], from)) {
                int start = from + pair[0].length();
                int end = text.indexOf(pair[1], start, Math.min(text.length(), start + LONGEST_SENTENCE));
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

    /// The text between two indices without white space, emphasis and a closing full stop; null when nothing is left.
    private static @Nullable Extraction trimmed(String text, int from, int to, Rule rule) {
        int start = from;
        int end = to;
        while (start < end && (Character.isWhitespace(text.charAt(start)) || text.charAt(start) == '*')) {
            start++;
        }
        while (start < end && (Character.isWhitespace(text.charAt(end - 1)) || text.charAt(end - 1) == '*'
                || text.charAt(end - 1) == '.' && rule != Rule.BOXED)) {
            end--;
        }
        return start == end ? null : new Extraction(text.substring(start, end), rule, start, end);
    }
}
