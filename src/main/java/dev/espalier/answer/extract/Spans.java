package dev.espalier.answer.extract;

import dev.espalier.answer.Extraction;
import dev.espalier.answer.Extraction.Rule;
import org.jspecify.annotations.Nullable;

/// Cuts answers out of a text.
final class Spans {
    private Spans() {}

    /// The text between two indices without surrounding white space, emphasis and final full stop; null if nothing
    /// is left. A box keeps its full stop.
    static @Nullable Extraction trimmed(String text, int from, int to, Rule rule) {
        int start = from;
        int end = to;
        while (start < end && isFormatting(text.charAt(start))) {
            start++;
        }
        while (start < end
                && (isFormatting(text.charAt(end - 1))
                        || rule != Rule.BOXED && ".\u3002\uff0e".indexOf(text.charAt(end - 1)) >= 0)) {
            end--;
        }
        return start == end ? null : new Extraction(text.substring(start, end), rule, start, end);
    }

    private static boolean isFormatting(char c) {
        return Character.isWhitespace(c) || c == '*' || c == '\u00a0' || c == '\u3000';
    }
}
