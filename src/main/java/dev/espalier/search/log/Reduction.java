package dev.espalier.search.log;

import java.util.List;

/// Step scores of a path to one number.
public enum Reduction {
    LAST, MIN, PROD, MEAN;

    /// NaN and infinite scores count as the lowest, 0; so does a path without scores.
    public double of(List<Double> scores) {
        if (scores.isEmpty()) return 0;
        return switch (this) {
            case LAST -> sane(scores.getLast());
            case MIN -> scores.stream().mapToDouble(Reduction::sane).min().orElse(0);
            case PROD -> scores.stream().mapToDouble(Reduction::sane).reduce(1, (a, b) -> a * b);
            case MEAN -> scores.stream().mapToDouble(Reduction::sane).average().orElse(0);
        };
    }

    /// In parity mode the product of no scores is 1, as the toolkit has it.
    public double of(List<Double> scores, Mode mode) {
        return scores.isEmpty() && this == PROD && mode == Mode.PARITY ? 1 : of(scores);
    }

    private static double sane(double score) {
        return Double.isFinite(score) ? score : 0;
    }

    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
