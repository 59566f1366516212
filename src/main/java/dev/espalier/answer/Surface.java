package dev.espalier.answer;

import java.util.regex.Pattern;

/// The text of an answer before and beside its mathematics.
final class Surface {
    private static final Pattern WORDS = Pattern.compile("[A-Za-z][A-Za-z']*+(?:[ -]+[A-Za-z][A-Za-z']*+)*+");
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[ -]+");
    private static final Pattern SPACES = Pattern.compile("[\\s~]+");
    private static final Pattern SPACES_NOT_BETWEEN_LETTERS = Pattern.compile("(?<![\\p{L}\\p{N}]) | (?![\\p{L}\\p{N}])");
    private static final Pattern SIZES = Pattern.compile("\\\\(?:left|right)(?![a-zA-Z])\\s*|\\\\[,;:!>]");

    private Surface() {
    }

    /// Without outer white space and closing punctuation.
    static String trimmed(String answer) {
        int start = 0;
        int end = answer.length();
        while (start < end && answer.charAt(start) <= ' ') {
            start++;
        }
        while (end > start && (answer.charAt(end - 1) <= ' ' || ".,;".indexOf(answer.charAt(end - 1)) >= 0
                && (end - 2 < start || answer.charAt(end - 2) != '\\'))) {
            end--;
        }
        return answer.substring(start, end).strip();
    }

    /// Plain words, not a product of variables.
    static boolean isWords(String text) {
        if (!WORDS.matcher(text).matches()) {
            return false;
        }
        boolean words = false;
        for (String run : BETWEEN_WORDS.split(text)) {
            words |= Vocabulary.isWord(run) && !Vocabulary.FUNCTIONS.contains(run) && !run.startsWith("inf") && !run.equals("sqrt") && Lexer.function(run).isEmpty();
        }
        return words;
    }

    static String display(String trimmed) {
        String plain = SPACES.matcher(trimmed).replaceAll(" ");
        while (plain.length() > 1 && plain.startsWith("$") && plain.endsWith("$") && !plain.endsWith("\\$")) {
            plain = plain.substring(1, plain.length() - 1).strip();
        }
        return plain;
    }

    /// What is compared where nothing was understood: without looks and white space, except between letters or digits, where it keeps words and numbers apart.
    static String compressed(String trimmed) {
        String plain = SIZES.matcher(trimmed.replace("$", "")).replaceAll("");
        plain = SPACES.matcher(plain).replaceAll(" ").strip();
        return SPACES_NOT_BETWEEN_LETTERS.matcher(plain).replaceAll("");
    }
}
