package dev.espalier.search.log;

import java.util.List;

/// Reduces the step scores of a path to one number.
public enum Reduction {
    LAST,
    MIN,
    PROD,
    MEAN;

    /// NaN and infinite scores count as 0, the lowest score. Without scores the result is 0; callers that may have a
    /// path without scores treat its value as unknown before they reduce ([dev.espalier.search.StrategyRun#value],
    /// [dev.espalier.search.vote.Tally.Ballot#score]).
    public double of(List<Double> scores) {
        if (scores.isEmpty()) return 0;
        return switch (this) {
            case LAST -> finiteOrZero(scores.getLast());
            case MIN ->
                scores.stream().mapToDouble(Reduction::finiteOrZero).min().orElse(0);
            case PROD -> scores.stream().mapToDouble(Reduction::finiteOrZero).reduce(1, (a, b) -> a * b);
            case MEAN ->
                scores.stream().mapToDouble(Reduction::finiteOrZero).average().orElse(0);
        };
    }

    /// As [#of(List)], but in parity mode the product of no scores is 1, as in the toolkit.
    public double of(List<Double> scores, Mode mode) {
        return scores.isEmpty() && this == PROD && mode == Mode.PARITY ? 1 : of(scores);
    }

    private static double finiteOrZero(double score) {
        return Double.isFinite(score) ? score : 0;
    }

    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
