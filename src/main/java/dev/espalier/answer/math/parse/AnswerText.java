package dev.espalier.answer.math.parse;

import java.util.regex.Pattern;

/// The text of an answer before parsing, and for comparison and display without parsing.
public final class AnswerText {
    private static final String[][] DELIMITERS = {
        {"$$", "$$"}, {"$", "$"}, {"\\[", "\\]"}, {"\\(", "\\)"}, {"**", "**"}, {"\"", "\""}, {"``", "''"}, {"`", "`"}
    };
    private static final String BOX = "\\boxed{";
    private static final int MAX_BOXED = 1_500;
    private static final Pattern WORDS = Pattern.compile("[A-Za-z][A-Za-z']*+(?:[ -]+[A-Za-z][A-Za-z']*+)*+");
    private static final Pattern DATE =
            Pattern.compile("\\d{4}([-/])\\d{1,2}\\1\\d{1,2}|\\d{1,2}([-/])\\d{1,2}\\2\\d{4}");
    private static final int MIN_DATE_LENGTH = 8;
    private static final int MAX_DATE_LENGTH = 10;
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[ -]+");
    private static final Pattern SPACES = Pattern.compile("[\\s~]+");
    private static final String[] SIZES = {"\\left", "\\right"};
    private static final int MAX_TEXT = 50_000;

    private AnswerText() {}

    /// Removes outer white space, final punctuation, one pair of mathematics delimiters around the whole, and a
    /// final brace that closes nothing.
    public static String trimmed(String answer) {
        String plain = withoutPunctuation(answer);
        for (String[] pair : DELIMITERS) {
            if (plain.length() > pair[0].length() + pair[1].length()
                    && plain.startsWith(pair[0])
                    && plain.endsWith(pair[1])) {
                String inner = plain.substring(pair[0].length(), plain.length() - pair[1].length());
                if ((pair[0].charAt(0) != '$' || inner.replace("\\$", "").indexOf('$') < 0)
                        && !inner.contains(pair[0])
                        && !inner.endsWith("\\")) {
                    plain = withoutPunctuation(inner);
                }
            }
        }
        if (!plain.endsWith("}")) {
            return plain;
        }
        String closed = balanced(plain);
        return closed.length() < MAX_BOXED
                        && closed.startsWith(BOX)
                        && closing(closed, BOX.length()) == closed.length() - 1
                ? trimmed(closed.substring(BOX.length(), closed.length() - 1))
                : closed;
    }

    /// The index of the brace that closes the group whose content starts at `start`; -1 if there is none.
    private static int closing(String text, int start) {
        int open = 1;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            open += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (open == 0) {
                return i;
            }
            i += c == '\\' ? 1 : 0;
        }
        return -1;
    }

    private static String withoutPunctuation(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && text.charAt(start) <= ' ') {
            start++;
        }
        while (end > start
                && (text.charAt(end - 1) <= ' '
                        || isPunctuation(text, end - 1) && (end - 2 < start || text.charAt(end - 2) != '\\'))) {
            end--;
        }
        return text.substring(start, end).strip();
    }

    /// A full stop, comma or semicolon that is not part of an ellipsis.
    private static boolean isPunctuation(String text, int at) {
        return ".,;".indexOf(text.charAt(at)) >= 0
                && (at < 2 || text.charAt(at - 1) != '.' || text.charAt(at - 2) != '.');
    }

    private static String balanced(String text) {
        int open = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            i += c == '\\' ? 1 : 0;
            open += c == '{' ? 1 : c == '}' ? -1 : 0;
        }
        return open == -1 && text.length() > 1 && text.charAt(text.length() - 2) != '\\'
                ? withoutPunctuation(text.substring(0, text.length() - 1))
                : text;
    }

    /// Replaces double backslashes by single ones if all are doubled, as in JSON within a JSON string.
    static String unescaped(String text) {
        if (!text.contains("\\\\")) {
            return text;
        }
        boolean command = false;
        for (int i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i)) {
            int start = i;
            while (i < text.length() && text.charAt(i) == '\\') {
                i++;
            }
            if ((i - start) % 2 == 1) {
                return text;
            }
            command |= i - start == 2 && Vocabulary.isCommand(Lexer.run(text, i));
        }
        return command ? text.replace("\\\\", "\\") : text;
    }

    /// Returns true for plain words; false for a product of variables.
    static boolean isWords(String text) {
        if (!WORDS.matcher(text).matches()) {
            return false;
        }
        boolean words = false;
        for (String run : BETWEEN_WORDS.split(text)) {
            words |= Vocabulary.isWord(run)
                    && !Vocabulary.FUNCTIONS.contains(run)
                    && !run.startsWith("inf")
                    && !run.equals("sqrt")
                    && Lexer.function(run).isEmpty();
        }
        return words;
    }

    /// Returns true for a date (year, month, day or the reverse), which is neither a difference nor a quotient.
    static boolean isDate(String text) {
        return text.length() >= MIN_DATE_LENGTH
                && text.length() <= MAX_DATE_LENGTH
                && DATE.matcher(text).matches();
    }

    public static String display(String trimmed) {
        String plain =
                trimmed.length() > MAX_TEXT ? trimmed : SPACES.matcher(trimmed).replaceAll(" ");
        int start = 0;
        int end = plain.length();
        // Move indices instead of copying: a text of a million dollar signs would be copied half a million
        // times.
        while (end - start > 1
                && plain.charAt(start) == '$'
                && plain.charAt(end - 1) == '$'
                && plain.charAt(end - 2) != '\\') {
            start++;
            end--;
            while (start < end && Character.isWhitespace(plain.charAt(start))) {
                start++;
            }
            while (start < end && Character.isWhitespace(plain.charAt(end - 1))) {
                end--;
            }
        }
        return plain.substring(start, end);
    }

    /// The text to compare if an answer was not understood. Removes formatting, and white space except between
    /// letters or digits, where it separates words and numbers. For a very long text only the beginning and the
    /// length count.
    public static String compressed(String trimmed) {
        int end = Math.min(trimmed.length(), MAX_TEXT);
        StringBuilder plain = new StringBuilder(end);
        boolean spaced = false;
        for (int i = 0; i < end; i++) {
            char c = trimmed.charAt(i);
            int length = c == '\\' ? formattingLength(trimmed, i) : 0;
            if (length > 0) {
                i += length - 1;
            } else if (Character.isWhitespace(c) || c == '~') {
                spaced = true;
            } else if (c != '$') {
                if (spaced
                        && !plain.isEmpty()
                        && Character.isLetterOrDigit(plain.charAt(plain.length() - 1))
                        && Character.isLetterOrDigit(c)) {
                    plain.append(' ');
                }
                plain.append(c);
                spaced = false;
            }
        }
        return end == trimmed.length()
                ? plain.toString()
                : plain.append("\u2026 ").append(trimmed.length()).toString();
    }

    /// The length of a size or spacing command that starts here; 0 if there is none.
    private static int formattingLength(String text, int at) {
        for (String size : SIZES) {
            if (text.startsWith(size, at)
                    && (at + size.length() == text.length() || !Character.isLetter(text.charAt(at + size.length())))) {
                return size.length();
            }
        }
        return at + 1 < text.length() && ",;:!>".indexOf(text.charAt(at + 1)) >= 0 ? 2 : 0;
    }
}
