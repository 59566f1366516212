package dev.espalier.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Where steps end, for policy, reward model, store and screen alike: a step is the text up to and including the
/// separator, or up to the text's end; never an empty tail. A token that completes the separator belongs wholly to the step.
public final class StepSplitter {
    private final String separator;

    public StepSplitter(String separator) {
        if (separator.isEmpty()) throw new dev.espalier.EspalierException("The step separator must not be empty.");
        this.separator = separator;
    }

    /// The steps of a text; joined they are the text again.
    public List<String> split(String text) {
        var steps = new ArrayList<String>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            steps.add(text.substring(from, at + separator.length()));
            from = at + separator.length();
        }
        if (from < text.length()) steps.add(text.substring(from));
        return List.copyOf(steps);
    }

    /// Finds step ends in a text that arrives token by token. It works on UTF-8 bytes, since a character may be spread over tokens.
    public Scanner scanner() {
        return new Scanner(separator.getBytes(StandardCharsets.UTF_8));
    }

    /// The state of one text (Knuth, Morris, Pratt 1977).
    public static final class Scanner {
        private final byte[] separator;
        private final int[] fallback;
        private int matched;

        private Scanner(byte[] separator) {
            this.separator = separator;
            fallback = new int[separator.length];
            for (int i = 1, k = 0; i < separator.length; i++) {
                while (k > 0 && separator[i] != separator[k]) k = fallback[k - 1];
                if (separator[i] == separator[k]) k++;
                fallback[i] = k;
            }
        }

        /// Whether the step ends with this token. What the token holds behind the separator belongs to the step too.
        public boolean feed(byte[] token) {
            for (byte b : token) {
                while (matched > 0 && separator[matched] != b) matched = fallback[matched - 1];
                if (separator[matched] == b) matched++;
                if (matched == separator.length) {
                    matched = 0;
                    return true;
                }
            }
            return false;
        }
    }
}
