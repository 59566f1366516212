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
            try {
                var token = parser.nextToken();
                if (token == null) {
                    over = true;
                    return null;
                }
                boolean inArray = !parser.streamReadContext().inRoot();
                if (token == JsonToken.END_ARRAY || token == JsonToken.START_ARRAY && isOutermost()) continue;
                number++;
                var place = "line %d, element %d"
                        .formatted(parser.currentTokenLocation().getLineNr(), number);
                if (parser.readValueAsTree() instanceof ObjectNode json) return new Records.Read(number, place, json);
                return new Records.Unread(number, place, inArray ? "not a JSON object" : "not JSON objects");
            } catch (JacksonException e) {
                over = true;
                return fault(e);
            } catch (NumberFormatException e) {
                over = true;
                return new Records.Unread(
                        number, "element " + number, "it holds a number too large to be read; the rest is not read");
            }
        }
        return null;
    }

    /// Whether the array that was just opened is not inside another.
    private boolean isOutermost() {
        var context = parser.streamReadContext();
        return context.getParent() != null && context.getParent().inRoot();
    }

    private Records.Unread fault(JacksonException refused) {
        var at = refused.getLocation();
        var place = at == null || at.getLineNr() < 1
                ? "element " + (number + 1)
                : "line %d, after %d element%s".formatted(at.getLineNr(), number, number == 1 ? "" : "s");
        var reason = refused instanceof UnexpectedEndOfInputException
                ? "the file ends within the JSON; it is not complete"
                : JsonLines.reason(refused) + "; the rest of the file is not read";
        return new Records.Unread(number + 1, place, reason);
    }
}
