package dev.espalier.model;

import java.util.Arrays;
import java.util.List;

/// One step of a path: its text up to and including the separator (or up to the path's end), the token ids
/// that made it, and the log-probability (natural logarithm, of the distribution before temperature and
/// top-p) of each.
public record Step(String text, int[] tokens, float[] logProbs) {
    public static final Step EMPTY = new Step("", new int[0], new float[0]);

    /// The text of steps that follow one another.
    public static String text(List<Step> path) {
        var text = new StringBuilder();
        for (var step : path) text.append(step.text());
        return text.toString();
    }

    /// With one more token at its end.
    public Step and(int token, String added, float logProb) {
        var longer = Arrays.copyOf(tokens, tokens.length + 1);
        var known = Arrays.copyOf(logProbs, logProbs.length + 1);
        longer[tokens.length] = token;
        known[logProbs.length] = logProb;
        return new Step(text + added, longer, known);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Step(var t, var ids, var lps) && text.equals(t) && Arrays.equals(tokens, ids) && Arrays.equals(logProbs, lps);
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
