package dev.espalier.engine.device.ort;

import java.util.regex.Pattern;

/// ONNX Runtime's error messages without what is about its own sources: error numbers, places in its code, the signatures of its functions.
final class OrtWords {
    private static final Pattern NUMBERS = Pattern.compile("Error code - \\w+ - message: |\\[ONNXRuntimeError] : \\d+ : \\w+ : |Load model from [^\\n]*? failed: ?|Exception during initialization: |\\[\\w*InferenceError] ?");
    private static final Pattern PLACE = Pattern.compile("(?:/[\\w./-]+/)?\\w+\\.(?:cc|h|cpp|cu):\\d+ ");
    private static final int LONGEST = 300;

    private OrtWords() {}

    static String plain(String message) {
        var text = NUMBERS.matcher(message).replaceAll("");
        for (var place = PLACE.matcher(text); place.find(); place = PLACE.matcher(text)) text = text.substring(0, place.start()) + text.substring(behindFunction(text, place.end()));
        text = text.replaceAll("\\s+", " ").strip().replaceFirst("\\.$", "");
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }

    /// Behind a function's name, its parameters in parentheses and their like, and `const`; where nothing but a name follows, behind that.
    private static int behindFunction(String text, int from) {
        int open = text.indexOf('(', from);
        int space = text.indexOf(' ', from);
        if (open < 0 || space < 0) return space < 0 ? from : space + 1;
        // "Function message" has a blank before its first parenthesis, and so has "void Function(…) message", whose type has no capital.
        if (space < open && Character.isUpperCase(text.charAt(from)) && text.substring(from, space).matches("\\w+")) return space + 1;
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
