package dev.espalier.engine.template;

import java.util.ArrayList;
import java.util.List;

/// A part of a template's source: literal text, an expression to print, or a statement.
record Piece(Kind kind, String text) {
    enum Kind { TEXT, PRINT, STATEMENT }

    static List<Piece> split(String source) {
        var pieces = new ArrayList<Piece>();
        int from = 0;
        boolean trimStart = false;
        boolean dropLineEnd = false;
        while (from <= source.length()) {
            int open = opening(source, from);
            var text = source.substring(from, open < 0 ? source.length() : open);
            if (dropLineEnd && text.startsWith("\n")) text = text.substring(1);
            if (trimStart) text = text.stripLeading();
            if (open < 0) {
                add(pieces, text);
                return pieces;
            }
            char kind = source.charAt(open + 1);
            String close = kind == '{' ? "}}" : kind + "}";
            int end = closing(source, open + 2, close);
            if (end < 0) throw new TemplateException("\"" + source.substring(open, Math.min(source.length(), open + 20)) + "\" is never closed");
            int start = open + 2;
            char sign = start < end ? source.charAt(start) : ' ';
            if (sign == '-' || sign == '+') start++;
            if (sign == '-') text = text.stripTrailing();
            else if (sign != '+' && kind != '{') text = withoutIndent(text);
            add(pieces, text);
            trimStart = end > start && source.charAt(end - 1) == '-';
            dropLineEnd = kind != '{';
            if (kind != '#') pieces.add(new Piece(kind == '{' ? Kind.PRINT : Kind.STATEMENT, source.substring(start, trimStart ? end - 1 : end).strip()));
            from = end + 2;
        }
        return pieces;
    }

    private static void add(List<Piece> pieces, String text) {
        if (!text.isEmpty()) pieces.add(new Piece(Kind.TEXT, text));
    }

    private static int opening(String source, int from) {
        for (int at = source.indexOf('{', from); at >= 0 && at + 1 < source.length(); at = source.indexOf('{', at + 1))
            if ("{%#".indexOf(source.charAt(at + 1)) >= 0) return at;
        return -1;
    }

    /// The end of a block: marks within strings do not count.
    private static int closing(String source, int from, String close) {
        char quote = 0;
        for (int at = from; at < source.length(); at++) {
            char c = source.charAt(at);
            if (quote != 0) {
                if (c == '\\') at++;
                else if (c == quote) quote = 0;
            } else if (source.startsWith(close, at)) {
                return at;
            } else if ((c == '"' || c == '\'') && !close.equals("#}")) {
                quote = c;
            }
        }
        return -1;
    }

    /// White space between a line's start and a block is the template's own layout.
    private static String withoutIndent(String text) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\t')) end--;
        return end == 0 || text.charAt(end - 1) == '\n' ? text.substring(0, end) : text;
    }
}
