package dev.espalier.io;

/// Makes text of models, servers and files safe to show. Control characters and characters that reorder a line
/// (bidirectional marks) become visible signs. Each character is replaced by one character, so indices into the text
/// stay valid. Stored text is not changed.
public final class SafeText {
    private static final char REPLACEMENT = '\ufffd';

    private SafeText() {}

    /// Text for the screen and the terminal. Keeps line feeds and tabs.
    public static String text(String text) {
        int at = 0;
        while (at < text.length() && !isUnsafe(text.charAt(at))) at++;
        if (at == text.length()) return text;
        var result = text.toCharArray();
        for (; at < result.length; at++) if (isUnsafe(result[at])) result[at] = visible(result[at]);
        return new String(result);
    }

    /// The same JSON document, with escapes for unsafe characters.
    public static String json(String document) {
        if (document.chars().noneMatch(c -> isUnsafe((char) c))) return document;
        var escaped = new StringBuilder();
        for (char c : document.toCharArray()) {
            if (isUnsafe(c)) escaped.append("\\u%04x".formatted((int) c));
            else escaped.append(c);
        }
        return escaped.toString();
    }

    private static boolean isUnsafe(char c) {
        if (c < ' ') return c != '\n' && c != '\t';
        return c >= '\u007f' && c <= '\u009f' || isBidirectional(c);
    }

    /// Marks, embeddings, overrides and isolates (Unicode Standard Annex 9, section 2).
    private static boolean isBidirectional(char c) {
        return c == '\u061c'
                || c == '\u200e'
                || c == '\u200f'
                || c >= '\u202a' && c <= '\u202e'
                || c >= '\u2066' && c <= '\u2069';
    }

    /// Unicode has pictures of the ASCII control characters, from U+2400 on.
    private static char visible(char c) {
        return c < ' ' ? (char) ('\u2400' + c) : c == '\u007f' ? '\u2421' : REPLACEMENT;
    }
}
