package dev.espalier.analysis;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/// A mean over problems and its 95 % interval: bootstrap over problems, 2,000 resamples, percentile method, fixed seed.
public record ConfidenceInterval(double mean, double low, double high) {
    private static final int RESAMPLES = 2000;
    private static final long SEED = 20261121;

    /// @param values one for each problem; their order fixes the resamples
    public static ConfidenceInterval of(Collection<Double> values) {
        double[] v = values.stream().mapToDouble(Double::doubleValue).toArray();
        if (v.length == 0) return new ConfidenceInterval(Double.NaN, Double.NaN, Double.NaN);
        var random = new SplittableRandom(SEED);
        double[] means = new double[RESAMPLES];
        for (int r = 0; r < RESAMPLES; r++) {
            double sum = 0;
            for (int i = 0; i < v.length; i++) sum += v[random.nextInt(v.length)];
            means[r] = sum / v.length;
        }
        Arrays.sort(means);
        return new ConfidenceInterval(
                Arrays.stream(v).average().orElseThrow(), quantile(means, 0.025), quantile(means, 0.975));
    }

    /// The mean difference a − b over the problems that both have, and its interval.
    public static ConfidenceInterval ofDifference(Map<String, Double> a, Map<String, Double> b) {
        return of(a.keySet().stream()
                .filter(b::containsKey)
                .map(problem -> Objects.requireNonNull(a.get(problem)) - Objects.requireNonNull(b.get(problem)))
                .toList());
    }

    /// Returns true if the interval excludes zero.
    public boolean clear() {
        return low > 0 || high < 0;
    }

    private static double quantile(double[] sorted, double q) {
        double at = q * (sorted.length - 1);
        int below = (int) at;
        double weight = at - below;
        return below + 1 < sorted.length ? sorted[below] * (1 - weight) + sorted[below + 1] * weight : sorted[below];
    }
}
