package dev.espalier.model;

import java.util.Arrays;
import java.util.List;

/// One step of a path: what the policy wrote between two points at which a search can select.
public sealed interface Step {
    /// Text with its tokens.
    ///
    /// @param text     up to and including the separator, or to the end of the path
    /// @param tokens   ids in the policy's vocabulary; empty if unknown
    /// @param logProbs one per token: the natural logarithm of its probability before temperature and top-p; NaN if
    ///                 unknown
    record Text(String text, int[] tokens, float[] logProbs) implements Step {
        public static final Step EMPTY = new Text("", new int[0], new float[0]);

        @Override
        public boolean equals(Object o) {
            return o instanceof Text(var t, var ids, var lps)
                    && text.equals(t)
                    && Arrays.equals(tokens, ids)
                    && Arrays.equals(logProbs, lps);
        }

        @Override
        public int hashCode() {
            return 31 * text.hashCode() + Arrays.hashCode(tokens);
        }

        @Override
        public String toString() {
            return "Step[" + text + "]";
        }
    }

    /// Content that is not text, such as a picture; the store keeps its bytes once.
    record Media(Blob blob) implements Step {
        private static final int[] NO_TOKENS = {};
        private static final float[] NO_LOG_PROBS = {};

        @Override
        public boolean empty() {
            return false;
        }

        @Override
        public String text() {
            return "";
        }

        @Override
        public int[] tokens() {
            return NO_TOKENS;
        }

        @Override
        public float[] logProbs() {
            return NO_LOG_PROBS;
        }
    }

    /// The text, "" for media.
    String text();

    /// Whether the step has no content: the policy ended the text at once.
    default boolean empty() {
        return text().isEmpty();
    }

    int[] tokens();

    float[] logProbs();

    static Step of(String text, int[] tokens, float[] logProbs) {
        return new Text(text, tokens, logProbs);
    }

    /// Joins the texts of consecutive steps.
    static String text(List<Step> path) {
        var text = new StringBuilder();
        for (var step : path) text.append(step.text());
        return text.toString();
    }

    /// Appends a token.
    default Step append(int token, String added, float logProb) {
        var longer = Arrays.copyOf(tokens(), tokens().length + 1);
        var known = Arrays.copyOf(logProbs(), logProbs().length + 1);
        longer[longer.length - 1] = token;
        known[known.length - 1] = logProb;
        return new Text(text() + added, longer, known);
    }
}
