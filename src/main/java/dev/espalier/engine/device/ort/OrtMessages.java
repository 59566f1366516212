package dev.espalier.engine.device.ort;

import java.util.regex.Pattern;

/// Removes error codes, source locations and function signatures from ONNX Runtime's error messages.
final class OrtMessages {
    private static final Pattern ERROR_CODES = Pattern.compile(
            "Error code - \\w+ - message: |\\[ONNXRuntimeError] : \\d+ : \\w+ : |Load model from [^\\n]*? failed: ?|Exception during initialization: |\\[\\w*InferenceError] ?");
    private static final Pattern SOURCE_LOCATION = Pattern.compile("(?:/[\\w./-]+/)?\\w+\\.(?:cc|h|cpp|cu):\\d+ ");
    private static final int MAX_LENGTH = 300;

    private OrtMessages() {}

    static String plain(String message) {
        var text = ERROR_CODES.matcher(message).replaceAll("");
        for (var location = SOURCE_LOCATION.matcher(text); location.find(); location = SOURCE_LOCATION.matcher(text))
            text = text.substring(0, location.start()) + text.substring(afterSignature(text, location.end()));
        text = text.replaceAll("\\s+", " ").strip().replaceFirst("\\.$", "");
        return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "…" : text;
    }

    /// The index after a function signature: name, parameters in brackets, and `const`. Without parameters, the
    /// index after the name.
    private static int afterSignature(String text, int from) {
        int open = text.indexOf('(', from);
        int space = text.indexOf(' ', from);
        if (open < 0 || space < 0) return space < 0 ? from : space + 1;
        // "Function message" has a space before the first parenthesis. So has "void Function(…) message", but
        // its type starts in lower case.
        if (space < open
                && Character.isUpperCase(text.charAt(from))
                && text.substring(from, space).matches("\\w+")) return space + 1;
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '(' || c == '<' || c == '[') depth++;
            else if (c == ')' || c == '>' || c == ']') depth--;
            else if (c == ' ' && depth <= 0) return text.startsWith("const ", i + 1) ? i + 7 : i + 1;
        }
        return text.length();
    }
}
