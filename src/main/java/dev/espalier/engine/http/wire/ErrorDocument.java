package dev.espalier.engine.http.wire;

import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// An error that a server reports as a JSON document, with an error status, with status 200 or inside a stream.
///
/// @param code    by its number or its words, as an HTTP status; 0 if it has neither
/// @param message the server's own words
record ErrorDocument(int code, String message) {
    private static final String[] CODES = {"code", "status", "status_code", "http_status", "error_code"};
    private static final String[] MESSAGES = {"message", "detail", "msg", "error_msg", "status_msg", "errors"};
    private static final Pattern BUSY = Pattern.compile("rate.?limit|too.?many|quota|throttl|resource_exhausted");
    private static final Pattern REFUSED = Pattern.compile(
            "bad.?request|invalid|unprocessable|validation|unsupported|unrecognized|context|not.?found|exceeds");

    /// Whether an answer with status 200 reports an error instead of a result.
    ///
    /// @param needed the field that every result has, "" if there is none
    static boolean isIn(JsonNode document, String needed) {
        if (isError(document.path("error"))
                || document.path("object").asString("").equals("error")) return true;
        if (isError(document.path("choices").path(0).path("error"))) return true;
        if (needed.isEmpty() || document.has(needed) || document.has("usage")) return false;
        for (var field : MESSAGES) if (isError(document.path(field))) return true;
        return isError(document.path("base_resp").path("status_msg"));
    }

    /// Some servers send an empty error with every part of an answer.
    private static boolean isError(JsonNode error) {
        return error.isString()
                ? !error.asString().isBlank()
                : error.isBoolean() ? error.asBoolean() : error.isContainer() && !error.isEmpty();
    }

    static ErrorDocument of(JsonNode document) {
        var error = place(document);
        int code = code(error);
        if (code == 0) code = code(document);
        if (code == 0) code = byWords(error, document);
        return new ErrorDocument(code, message(document));
    }

    private static JsonNode place(JsonNode document) {
        for (var at : new JsonNode[] {
            document.path("error"), document.path("choices").path(0).path("error"), document.path("base_resp")
        }) if (at.isObject() && !at.isEmpty()) return at;
        return document;
    }

    private static int code(JsonNode node) {
        for (var field : CODES) {
            var code = node.path(field);
            var digits = code.isIntegralNumber() || code.isString() ? code.asString("") : "";
            if (digits.matches("[45]\\d\\d")) return Integer.parseInt(digits);
        }
        return 0;
    }

    private static int byWords(JsonNode error, JsonNode document) {
        var words = (error.path("type").asString("") + " " + error.path("code").asString("") + " "
                        + error.path("status").asString("") + " "
                        + document.path("type").asString("") + " "
                        + document.path("error_type").asString(""))
                .toLowerCase(Locale.ROOT);
        return BUSY.matcher(words).find() ? 429 : REFUSED.matcher(words).find() ? 400 : 0;
    }

    /// The text of the field in which servers of this kind put their message, or the whole document.
    static String message(JsonNode document) {
        var error = place(document);
        for (var field : MESSAGES) {
            var message = error.path(field);
            if (isError(message)) return text(message);
        }
        return text(isError(document.path("error")) ? document.path("error") : document);
    }

    private static String text(JsonNode node) {
        if (node.isString()) return node.asString();
        var first = node.isArray() && node.size() == 1 ? node.path(0) : node;
        return first.isObject() && first.path("message").isString()
                ? first.path("message").asString()
                : node.toString();
    }

    Failure.Kind kind() {
        return switch (code) {
            case 429 -> Failure.Kind.BUSY;
            case 408, 425 -> Failure.Kind.AGAIN;
            default -> code >= 400 && code < 500 ? Failure.Kind.FINAL : Failure.Kind.AGAIN;
        };
    }
}
