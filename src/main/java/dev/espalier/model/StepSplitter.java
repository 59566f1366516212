package dev.espalier.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Splits text into steps; policies, reward models, the store and the screen all use it. A step is the text up to and
/// including the separator, or to the end of the text; the last step is never empty. A token that completes the
/// separator belongs to the step as a whole.
public final class StepSplitter {
    private final String separator;

    public StepSplitter(String separator) {
        if (separator.isEmpty()) throw new dev.espalier.EspalierException("The step separator must not be empty.");
        this.separator = separator;
    }

    /// Splits a text into steps. Joined, the steps are the text again.
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

    /// Finds step ends in a text that arrives token by token. Works on UTF-8 bytes, since several tokens can form
    /// one character.
    public Scanner scanner() {
        return new Scanner(separator.getBytes(StandardCharsets.UTF_8));
    }

    /// The scan of one text, by the algorithm of Knuth, Morris and Pratt (1977).
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

        /// Takes a token and returns whether the step ends with it. Bytes of the token after the separator
        /// belong to the step too.
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
