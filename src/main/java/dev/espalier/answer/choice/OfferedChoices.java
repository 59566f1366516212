package dev.espalier.answer.choice;

import dev.espalier.answer.math.MathGrader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The choices that a problem's text offers.
///
/// @param texts from letter A on; without brackets and letters
public record OfferedChoices(List<String> texts) {
    public static final OfferedChoices UNKNOWN = new OfferedChoices(List.of());

    /// `(A)`, `\textbf{(A)}\ `, or at the beginning of a line `A.`, `A)`, `A:`.
    private static final Pattern LABEL = Pattern.compile(
            "(?:\\\\(?:text|textbf|textrm|mathrm|mathbf)\\s?\\{\\s*)?[(\uff08](?<bracketed>[A-J])[)\uff09]\\s*\\}?|(?:^|\\R)[ \\t*]*(?<line>[A-J])[*]*[.):\uff0e\uff1a\u3001][*]*(?=\\s)");
    private static final Pattern MARKUP =
            Pattern.compile("\\\\(?:q?quad|newline|hfill|hspace\\{[^{}]*\\})|\\\\[ ,;:!]|~|\\\\\\\\|\\*\\*");
    private static final Pattern FINAL_STOP = Pattern.compile("[\\s.,;]+$");
    private static final MathGrader TEXTS = new MathGrader();
    private static final int LONGEST = 1_000;
    private static final int LONGEST_PROBLEM = 100_000;

    public OfferedChoices {
        texts = List.copyOf(texts);
    }

    /// Reads the last run of letters from A on; [#UNKNOWN] if there are fewer than two.
    public static OfferedChoices of(String problem) {
        if (problem.length() > LONGEST_PROBLEM) return UNKNOWN;
        var labels = LABEL.matcher(problem);
        var best = new ArrayList<String>();
        var texts = new ArrayList<String>();
        boolean lines = false;
        int from = -1;
        while (labels.find()) {
            var group = labels.group("bracketed") != null ? "bracketed" : "line";
            int index = labels.group(group).charAt(0) - 'A';
            if (from >= 0) texts.add(text(problem, from, labels.start(), lines));
            if (index != texts.size()) {
                if (texts.size() >= 2) best = new ArrayList<>(texts);
                texts.clear();
                from = -1;
            }
            if (index == texts.size()) {
                from = labels.end();
                lines = group.equals("line");
            }
        }
        if (from >= 0) texts.add(text(problem, from, problem.length(), true));
        var found = texts.size() >= 2 ? texts : best;
        return found.size() >= 2 ? new OfferedChoices(found) : UNKNOWN;
    }

    private static String text(String problem, int from, int to, boolean line) {
        int start = from;
        while (start < to && Character.isWhitespace(problem.charAt(start))) start++;
        int end = line ? problem.indexOf('\n', start) : to;
        var text = problem.substring(start, end < 0 || end > to ? to : end);
        var bare = FINAL_STOP
                .matcher(MARKUP.matcher(text).replaceAll(" "))
                .replaceFirst("")
                .strip();
        // Dollar signs around several choices.
        long dollars = bare.chars().filter(c -> c == '$').count();
        return dollars % 2 == 1 ? bare.replace("$", "").strip() : bare;
    }

    /// Returns the letter of the only choice with this text; "" if there is none.
    String letter(String answer) {
        if (answer.length() > LONGEST) return "";
        int identical = texts.indexOf(answer.strip());
        if (identical >= 0 && identical == texts.lastIndexOf(answer.strip())) return letter(identical);
        var letter = letter(answer, false);
        return letter.isEmpty() ? letter(answer, true) : letter;
    }

    /// Whether an answer is the text of a choice.
    boolean accepts(String letter, String answer) {
        int index = letter.length() == 1 ? letter.charAt(0) - 'A' : -1;
        return index >= 0
                && index < texts.size()
                && answer.length() <= LONGEST
                && TEXTS.grade(texts.get(index), answer).accepted();
    }

    private String letter(String answer, boolean tolerant) {
        var found = "";
        for (int i = 0; i < texts.size(); i++) {
            var comparison = TEXTS.grade(texts.get(i), answer);
            if (!(tolerant ? comparison.accepted() : comparison.same())) continue;
            if (!found.isEmpty()) return "";
            found = letter(i);
        }
        return found;
    }

    private static String letter(int index) {
        return String.valueOf((char) ('A' + index));
    }
}
