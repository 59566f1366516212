package dev.espalier.answer.parity;

import dev.espalier.answer.Comparison;
import dev.espalier.answer.Extraction;
import dev.espalier.answer.Extraction.Rule;
import dev.espalier.answer.Grader;
import dev.espalier.answer.math.CanonicalForm;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Extracts and groups answers as the search-and-learn toolkit does: its order of extraction and its cleaning;
/// truncated candidates count, and "no answer" votes like any answer. Two answers are one group if the toolkit's
/// computer algebra gives one value. Answers that it cannot read as one expression (tuples, intervals, lists, words)
/// are compared as cleaned text. Source: `extract_answer` and `memoized_canonical_form` of the toolkit.
/// docs/decisions/0037 names what cannot be reproduced (its time limit of 3 s).
///
/// Accepts an answer if it and the gold answer, both cleaned, are one group.
public final class ParityGrader implements Grader {
    private static final Pattern LINE_BREAK = Pattern.compile("\\n\\s*", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern NUMBER = Pattern.compile("-?\\d*\\.?\\d+", Pattern.UNICODE_CHARACTER_CLASS);
    /// A whole number before a fraction is a factor, not part of a mixed number.
    private static final Pattern FACTOR = Pattern.compile("([0-9])(?=\\\\frac)");
    /// Kinds that the toolkit's algebra cannot read as one expression.
    private static final Set<String> NOT_ONE_EXPRESSION =
            Set.of("tuple", "interval", "union", "set", "list", "membership", "ratio", "numeral", "text");
    /// A letter that the toolkit reads as a variable. If the canonical form is a number nevertheless, it took the
    /// letter for a unit.
    private static final Pattern VARIABLE = Pattern.compile("(?<![\\\\a-zA-Z])(?![eE](?![a-zA-Z]))[a-zA-Z]");
    /// Spellings that the canonical form reads and the toolkit's algebra refuses: characters outside ASCII, an
    /// exponent in parentheses (4^(3/2)), a base as a suffix.
    private static final Pattern REFUSED = Pattern.compile("[^\\x00-\\x7f]|\\^\\s*\\(|\\d_");
    private static final Set<String> NUMBERS = Set.of("integer", "rational", "radical", "constant");

    private static final String SAME = "same group in parity mode";
    private static final String DIFFERENT = "different answers";
    private static final String BOX = "boxed";
    private static final String OPEN = "final answer is $";
    private static final String CLOSE = "$. I hope";

    @Override
    public String name() {
        return "parity";
    }

    /// @param finished ignored
    /// @return the cleaned answer, with the position of the uncleaned one
    @Override
    public @Nullable Extraction extract(String text, boolean finished) {
        var span = find(text);
        if (span == null) return null;
        var answer = LINE_BREAK.matcher(text.substring(span.start, span.end)).replaceAll("");
        if (span.rule == Rule.LAST_NUMBER) answer = answer.replace(",", "");
        if (answer.startsWith(":")) answer = answer.substring(1);
        if (answer.endsWith(".")) answer = answer.substring(0, answer.length() - 1);
        if (answer.endsWith("/")) answer = answer.substring(0, answer.length() - 1);
        var clean = ToolkitText.clean(answer);
        return clean.isEmpty() ? null : new Extraction(clean, span.rule, span.start, span.end);
    }

    @Override
    public String key(String answer) {
        var form = CanonicalForm.ofLatex(FACTOR.matcher(answer).replaceAll("$1\\\\cdot "));
        return comparedAsText(answer, form) ? ToolkitText.clean(answer) : form.key();
    }

    private static boolean comparedAsText(String answer, CanonicalForm form) {
        return form.key().isEmpty()
                || NOT_ONE_EXPRESSION.contains(form.kind())
                || answer.contains("{,}")
                || REFUSED.matcher(answer).find()
                || NUMBERS.contains(form.kind()) && VARIABLE.matcher(answer).find();
    }

    @Override
    public String sameness(String first, String other) {
        return key(first).equals(key(other)) ? SAME : DIFFERENT;
    }

    @Override
    public Comparison grade(String gold, String pred) {
        var cleanGold = ToolkitText.clean(gold);
        var cleanPred = ToolkitText.clean(pred);
        var goldKey = key(cleanGold);
        var predKey = key(cleanPred);
        if (goldKey.isEmpty() || predKey.isEmpty())
            return new Comparison(false, false, goldKey.isEmpty() ? "no gold answer" : "no answer", goldKey, predKey);
        if (goldKey.equals(predKey)) return new Comparison(true, true, SAME, goldKey, predKey);
        return new Comparison(false, false, DIFFERENT, goldKey, predKey);
    }

    @Override
    public boolean noAnswerMayWin() {
        return true;
    }

    private record Span(int start, int end, Rule rule) {
        static Span trimmed(String text, int from, int to, Rule rule) {
            int start = from;
            int end = to;
            while (start < end && Character.isWhitespace(text.charAt(start))) start++;
            while (end > start && Character.isWhitespace(text.charAt(end - 1))) end--;
            return new Span(start, end, rule);
        }
    }

    private static @Nullable Span find(String text) {
        int said = text.indexOf(OPEN);
        if (said >= 0 && text.contains(CLOSE)) {
            int start = said + OPEN.length();
            int end = text.indexOf(CLOSE, start);
            return Span.trimmed(text, start, end < 0 ? text.length() : end, Rule.FINAL_ANSWER);
        }
        int box = text.lastIndexOf(BOX);
        if (box >= 0) return boxed(text, box + BOX.length());
        var answer = after(text, "he answer is", Rule.ANSWER);
        if (answer == null) answer = after(text, "final answer is", Rule.FINAL_ANSWER);
        if (answer == null) answer = inChinese(text);
        return answer == null ? lastNumber(text) : answer;
    }

    /// An unbalanced box extends to the end of the text; one without braces to the next dollar sign.
    private static Span boxed(String text, int from) {
        if (from >= text.length() || text.charAt(from) != '{') {
            int dollar = text.indexOf('$', from);
            return Span.trimmed(text, from, dollar < 0 ? text.length() : dollar, Rule.BOXED);
        }
        int depth = 1;
        int at = from + 1;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '{') depth++;
            if (c == '}' && --depth == 0) break;
            at++;
        }
        return new Span(from + 1, at, Rule.BOXED);
    }

    private static @Nullable Span after(String text, String words, Rule rule) {
        int at = text.lastIndexOf(words);
        return at < 0 ? null : Span.trimmed(text, at + words.length(), text.length(), rule);
    }

    /// The toolkit's policies may answer in Chinese. Takes the first such sentence, up to the end of its paragraph.
    private static @Nullable Span inChinese(String text) {
        var words = "\u7b54\u6848\u662f";
        int at = text.indexOf(words);
        if (at < 0) return null;
        int start = at + words.length();
        int next = text.indexOf(words, start);
        var rest = Span.trimmed(text, start, next < 0 ? text.length() : next, Rule.ANSWER);
        int paragraph = text.indexOf("\n\n", rest.start);
        return paragraph < 0 || paragraph > rest.end ? rest : Span.trimmed(text, rest.start, paragraph, Rule.ANSWER);
    }

    /// The toolkit deletes all commas first, so 1,234 is one number, and so is 3,4.
    private static @Nullable Span lastNumber(String text) {
        var where = new int[text.length() + 1];
        var plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == ',') continue;
            where[plain.length()] = i;
            plain.append(text.charAt(i));
        }
        var number = NUMBER.matcher(plain);
        Span last = null;
        while (number.find()) last = new Span(where[number.start()], where[number.end() - 1] + 1, Rule.LAST_NUMBER);
        return last;
    }
}
