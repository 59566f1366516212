package dev.espalier.io;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.node.ObjectNode;

/// The objects of one JSON document that fills the file: of its array, or written one after the other over several
/// lines.
/// Reads one object at a time. What follows a fault in the JSON is not read, and that is said.
final class JsonDocument implements Records.Source {
    private final JsonParser parser;
    private long number;
    private boolean over;

    JsonDocument(FileBytes bytes) {
        parser = JsonLines.JSON.createParser(bytes.stream());
    }

    /// Whether a text starts an array of objects, or an object that ends on a later line.
    static boolean starts(String head) {
        var text = head.stripLeading();
        if (text.startsWith("[")) {
            var first = text.substring(1).stripLeading();
            return first.isEmpty() || first.startsWith("{") || first.startsWith("]");
        }
        int end = text.indexOf('\n');
        if (!text.startsWith("{") || end < 0) return false;
        var line = text.substring(0, end).strip();
        var next = text.substring(end).stripLeading();
        if (line.endsWith("{") || line.endsWith("[") || line.endsWith(":")) return true;
        if (line.endsWith("},")) return false;
        return !line.endsWith("}") && !next.isEmpty() && "\"}],".indexOf(next.charAt(0)) >= 0;
    }

    @Override
    public Records.@Nullable Item next() {
        while (!over) {
            boolean within = false;
            int line = 0;
            try {
                var token = parser.nextToken();
                if (token == null) break;
                line = parser.currentTokenLocation().getLineNr();
                if (token == JsonToken.END_ARRAY || token == JsonToken.START_ARRAY && isOutermost()) continue;
                within = true;
                number++;
                return parser.readValueAsTree() instanceof ObjectNode json
                        ? new Records.Read(number, place(line), json)
                        : new Records.Unread(number, place(line), "not a JSON object");
            } catch (JacksonException e) {
                over = true;
                if (within) return new Records.Unread(number, place(line), reason(e));
                number++;
                return new Records.Unread(
                        number, place(Math.max(1, e.getLocation().getLineNr())), reason(e));
            } catch (NumberFormatException e) {
                over = true;
                return new Records.Unread(
                        number,
                        place(line),
                        "it holds a number too large to be read; the rest of the file is not read");
            }
        }
        over = true;
        return null;
    }

    private String place(int line) {
        return "element %d, line %d".formatted(number, line);
    }

    private static String reason(JacksonException refused) {
        return refused instanceof UnexpectedEndOfInputException
                        || refused.getOriginalMessage().startsWith("Unexpected end-of-input")
                ? "the file ends before the JSON is complete"
                : "%s of line %d; the rest of the file is not read"
                        .formatted(
                                JsonLines.reason(refused),
                                Math.max(1, refused.getLocation().getLineNr()));
    }

    /// Whether the array that was just opened is not inside another.
    private boolean isOutermost() {
        var context = parser.streamReadContext();
        return context.getParent() != null && context.getParent().inRoot();
    }
}
