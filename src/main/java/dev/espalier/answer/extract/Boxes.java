package dev.espalier.answer.extract;

import dev.espalier.answer.Extraction;
import dev.espalier.answer.Extraction.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds the last box in a text. Boxes joined by nothing but commas, "and", "or", units and names of variables are one
/// list.
final class Boxes {
    private static final Pattern BOX = Pattern.compile("\\\\(?:boxed|fbox|framebox|bbox)(?![a-zA-Z])\\s*+");
    private static final Pattern UNBRACED = Pattern.compile("\\G(?:\\\\[a-zA-Z]+|[^\\s{}$\\\\.,;]|[.,](?=\\d))++");
    private static final Pattern WORD = Pattern.compile("\\p{L}{3,}");
    /// Words inside a box in front of the answer: `\text{The answer is } 7`.
    private static final Pattern LABEL = Pattern.compile(
            "\\s*\\\\(?:text|mathrm|textbf|mathbf|textrm|mbox)\\s*\\{\\s*(?:(?:so|thus|therefore|hence|the|my|our|final|correct),?\\s+){0,4}(?:answer|result)s?\\s*(?:is|are|[:=\uff1a])?\\s*[:\uff1a]?\\s*\\}\\s*[:=\uff1a]?\\s*"
                    + "|\\s*(?:the\\s+)?(?:(?:final|correct)\\s+)?answer\\s*(?:is\\b\\s*:?|[:=\uff1a])\\s*",
            Pattern.CASE_INSENSITIVE);

    /// What may stand between the boxes of a list. It must hold a comma or a joining word.
    private static final Pattern JOIN = Pattern.compile("[,;\u3001\uff0c\uff1b&]"
            + "|(?<![\\p{L}\\\\])(?:and|or|und|oder|et|ou|y|o|e)(?!\\p{L})|\u548c|\u6216|\u4e0e|\u4ee5\u53ca|\u53ca");
    private static final Pattern BETWEEN = Pattern.compile("(?:[\\s,;\u3001\uff0c\uff1b&$*:=)(]"
            + "|\\\\[()\\[\\],;:! ]|\\\\q?quad\\b|\\\\(?:text|mathrm|mbox)\\s*\\{[^{}]{0,12}\\}"
            + "|(?<![\\p{L}\\\\])(?:and|or|und|oder|et|ou|the|cm|mm|km|m|kg|g|ft|in|s|h|min|also|as|well)(?!\\p{L})"
            + "|(?<![\\p{L}\\\\])\\p{L}(?:_\\{?\\w\\}?|\\(\\w\\))?(?!\\p{L})|\\\\(?:alpha|beta|gamma|theta|lambda|mu)\\b"
            + "|\u548c|\u6216|\u4e0e|\u4ee5\u53ca|\u53ca)*+");
    private static final Pattern PARAGRAPH = Pattern.compile("\\R[ \\t]*+\\R");
    private static final int LONGEST_BETWEEN = 60;
    private static final int LONGEST_LIST = 50;
    private static final int LONGEST_OPEN = 300;

    /// @param from  index of the box's first character
    /// @param to    index after its last
    /// @param start index of the answer's first character
    /// @param end   index after its last
    private record Box(int from, int to, int start, int end) {
        String answer(String text) {
            return text.substring(start, end);
        }
    }

    private Boxes() {}

    /// Returns the last box, or the list of boxes that ends with it; null if there is none.
    ///
    /// @param alike tells equal answers, which are one
    static @Nullable Extraction last(String text, BiPredicate<String, String> alike) {
        if (!text.contains("box")) {
            return null;
        }
        var last = new ArrayList<Box>();
        int[] closing = closingBraces(text);
        var box = BOX.matcher(text);
        int from = 0;
        while (box.find(from)) {
            int start = box.start();
            from = box.end();
            Box found = null;
            if (from < text.length() && text.charAt(from) == '{') {
                if (closing[from] > 0) {
                    found = box(text, start, closing[from] + 1, from + 1, closing[from]);
                    from = closing[from];
                }
            } else {
                var bare = UNBRACED.matcher(text);
                if (bare.find(from)) {
                    // "in \boxed notation" mentions boxes.
                    found = WORD.matcher(bare.group()).matches()
                            ? null
                            : box(text, start, bare.end(), from, bare.end());
                    from = bare.end();
                }
            }
            if (found == null) continue;
            if (last.isEmpty() || last.size() == LONGEST_LIST || !joined(text, last.getLast().to, found.from))
                last.clear();
            last.add(found);
        }
        return last.isEmpty() ? null : list(text, last, alike);
    }

    private static @Nullable Box box(String text, int from, int to, int start, int end) {
        var trimmed = Spans.trimmed(text, start, end, Rule.BOXED);
        if (trimmed == null || Placeholders.matches(trimmed.answer())) return null;
        var label = LABEL.matcher(text).region(trimmed.start(), trimmed.end());
        return label.lookingAt() && label.end() < trimmed.end()
                ? new Box(from, to, label.end(), trimmed.end())
                : new Box(from, to, trimmed.start(), trimmed.end());
    }

    private static boolean joined(String text, int from, int to) {
        if (to - from > LONGEST_BETWEEN) return false;
        var between = text.substring(from, to);
        return BETWEEN.matcher(between).matches()
                && JOIN.matcher(between).find()
                && !PARAGRAPH.matcher(between).find();
    }

    private static Extraction list(String text, List<Box> boxes, BiPredicate<String, String> alike) {
        var first = boxes.getFirst();
        var last = boxes.getLast();
        var answers = boxes.stream().map(box -> box.answer(text)).toList();
        if (boxes.size() == 1 || answers.stream().allMatch(answer -> alike.test(answer, answers.getLast())))
            return new Extraction(last.answer(text), Rule.BOXED, last.start, last.end);
        var list = new LinkedHashSet<>(answers).stream().collect(Collectors.joining(", "));
        return new Extraction(
                isBracketed(text, first, last) ? "(" + String.join(", ", answers) + ")" : list,
                Rule.BOXED,
                first.start,
                last.end);
    }

    /// Whether the boxes are the coordinates of a point: `(\boxed{1}, \boxed{2})`.
    private static boolean isBracketed(String text, Box first, Box last) {
        return first.from > 0
                && text.charAt(first.from - 1) == '('
                && last.to < text.length()
                && text.charAt(last.to) == ')';
    }

    /// Returns what stands in a last box that the text never closes; null if its content is cut off too.
    static @Nullable Extraction open(String text) {
        int at = Math.max(text.lastIndexOf("\\boxed{"), text.lastIndexOf("\\fbox{"));
        if (at < 0) return null;
        int from = text.indexOf('{', at) + 1;
        int limit = Math.min(text.length(), from + LONGEST_OPEN);
        int depth = 0;
        int end = from;
        for (; end < limit; end++) {
            char c = text.charAt(end);
            if (c == '$' || c == '\n' || c == '\\' && (text.startsWith("\\)", end) || text.startsWith("\\]", end)))
                break;
            if (c == '\\') end++;
            else if (c == '{') depth++;
            else if (c == '}') depth--;
            if (depth < 0) return null;
        }
        end = Math.min(end, text.length());
        if (depth > 0 || end == limit && limit < text.length()) return null;
        var found = Spans.trimmed(text, from, end, Rule.OPEN_BOX);
        return found == null || Placeholders.matches(found.answer()) ? null : found;
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
}
