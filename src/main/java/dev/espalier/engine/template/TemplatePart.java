package dev.espalier.engine.template;

import java.util.ArrayList;
import java.util.List;

/// A part of a template's source: literal text, an expression to print, or a statement.
record TemplatePart(Kind kind, String text) {
    enum Kind {
        TEXT,
        PRINT,
        STATEMENT
    }

    static List<TemplatePart> split(String source) {
        var parts = new ArrayList<TemplatePart>();
        int from = 0;
        boolean trimStart = false;
        boolean dropLineEnd = false;
        while (from <= source.length()) {
            int open = indexOfOpening(source, from);
            var text = source.substring(from, open < 0 ? source.length() : open);
            if (dropLineEnd && text.startsWith("\n")) text = text.substring(1);
            if (trimStart) text = text.stripLeading();
            if (open < 0) {
                add(parts, text);
                return parts;
            }
            char kind = source.charAt(open + 1);
            String close = kind == '{' ? "}}" : kind + "}";
            int end = indexOfClosing(source, open + 2, close);
            if (end < 0)
                throw new TemplateException(
                        "\"" + source.substring(open, Math.min(source.length(), open + 20)) + "\" is never closed");
            int start = open + 2;
            char sign = start < end ? source.charAt(start) : ' ';
            if (sign == '-' || sign == '+') start++;
            if (sign == '-') text = text.stripTrailing();
            else if (sign != '+' && kind != '{') text = withoutIndent(text);
            add(parts, text);
            trimStart = end > start && source.charAt(end - 1) == '-';
            dropLineEnd = kind != '{';
            if (kind != '#')
                parts.add(new TemplatePart(
                        kind == '{' ? Kind.PRINT : Kind.STATEMENT,
                        source.substring(start, trimStart ? end - 1 : end).strip()));
            from = end + 2;
        }
        return parts;
    }

    private static void add(List<TemplatePart> parts, String text) {
        if (!text.isEmpty()) parts.add(new TemplatePart(Kind.TEXT, text));
    }

    private static int indexOfOpening(String source, int from) {
        for (int at = source.indexOf('{', from); at >= 0 && at + 1 < source.length(); at = source.indexOf('{', at + 1))
            if ("{%#".indexOf(source.charAt(at + 1)) >= 0) return at;
        return -1;
    }

    /// The index of a block's end; end marks within string literals are skipped.
    private static int indexOfClosing(String source, int from, String close) {
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

    /// Drops white space between the start of a line and a block (`lstrip_blocks`).
    private static String withoutIndent(String text) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\t')) end--;
        return end == 0 || text.charAt(end - 1) == '\n' ? text.substring(0, end) : text;
    }
}
