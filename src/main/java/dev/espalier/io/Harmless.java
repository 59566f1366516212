package dev.espalier.io;

/// Texts of models, servers and files as they may be shown: characters that steer a terminal or reorder a line become visible signs. One character stays one
/// character, so that places in a text stay right. What is stored is the text itself.
public final class Harmless {
    private static final char UNSHOWN = '\ufffd';

    private Harmless() {}

    /// For the screen and the terminal. Line ends and tabs stay.
    public static String text(String text) {
        int at = 0;
        while (at < text.length() && !steers(text.charAt(at))) at++;
        if (at == text.length()) return text;
        var shown = text.toCharArray();
        for (; at < shown.length; at++) if (steers(shown[at])) shown[at] = sign(shown[at]);
        return new String(shown);
    }

    /// For JSON that is written out: the same value, its characters escaped.
    public static String json(String document) {
        if (document.chars().noneMatch(c -> steers((char) c))) return document;
        var escaped = new StringBuilder();
        for (char c : document.toCharArray()) {
            if (steers(c)) escaped.append("\\u%04x".formatted((int) c));
            else escaped.append(c);
        }
        return escaped.toString();
    }

    private static boolean steers(char c) {
        if (c < ' ') return c != '\n' && c != '\t';
        return c >= '\u007f' && c <= '\u009f' || isBidirectional(c);
    }

    /// Marks, embeddings, overrides and isolates (Unicode Standard Annex 9, section 2).
    private static boolean isBidirectional(char c) {
        return c == '\u061c' || c == '\u200e' || c == '\u200f' || c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069';
    }

    /// Control characters have pictures of their own.
    private static char sign(char c) {
        return c < ' ' ? (char) ('\u2400' + c) : c == '\u007f' ? '\u2421' : UNSHOWN;
    }
}
