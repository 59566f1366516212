package dev.espalier.problem;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the last `\boxed{…}` or `\fbox{…}` of a worked solution, also `\boxed 7`.
final class Box {
    private static final Pattern START = Pattern.compile("\\\\(?:boxed|fbox)(?![a-zA-Z])\\s*");
    private static final Pattern UNBRACED = Pattern.compile("\\G(?:\\\\[a-zA-Z]+|[^\\s{}$\\\\.,;]|[.,](?=\\d))++");

    private Box() {}

    /// @return null if no box is closed, or the last closed one is empty
    static @Nullable String last(String text) {
        if (!text.contains("boxed") && !text.contains("fbox")) return null;
        String last = null;
        var start = START.matcher(text);
        int from = 0;
        while (start.find(from)) {
            from = start.end();
            int end = from;
            if (from < text.length() && text.charAt(from) == '{') {
                end = closing(text, from);
                // An open brace that ends nowhere: no later box can be outside of it.
                if (end < 0) break;
                last = text.substring(from + 1, end).strip();
            } else {
                var bare = UNBRACED.matcher(text);
                if (bare.find(from)) {
                    end = bare.end();
                    last = bare.group();
                }
            }
            from = end;
        }
        return last == null || last.isEmpty() ? null : last;
    }

    /// The index of the brace that closes the one at `open`; -1 for none. `\{` and `\}` do not count.
    private static int closing(String text, int open) {
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case '{' -> depth++;
                case '}' -> {
                    if (--depth == 0) return i;
                }
                default -> {}
            }
        }
        return -1;
    }
}
