package dev.espalier.analysis;

import dev.espalier.analysis.statistics.Proportion;
import dev.espalier.analysis.statistics.Quantiles;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/// A mean over problems and its 95 % interval: bootstrap over problems, 2,000 resamples, percentile method, fixed seed.
/// Equal values leave nothing to resample; then it is Wilson's interval, so one problem, or a run that solves all, is
/// never shown as certain.
public record ConfidenceInterval(double mean, double low, double high) {
    private static final int RESAMPLES = 2000;
    private static final long SEED = 20261121;
    private static final double CONFIDENCE = 0.95;

    /// @param values from 0 to 1, one for each problem; their order fixes the resamples
    public static ConfidenceInterval of(Collection<Double> values) {
        double[] v = array(values);
        if (v.length == 0) return new ConfidenceInterval(Double.NaN, Double.NaN, Double.NaN);
        if (!equal(v)) return bootstrap(v);
        var wilson = Proportion.wilson(v[0], v.length, CONFIDENCE);
        return new ConfidenceInterval(v[0], wilson.low(), wilson.high());
    }

    /// The mean difference a − b over the problems that both have, and its interval. If all differences are equal, it
    /// is as wide as Wilson's interval of the share of problems with another difference.
    ///
    /// @param a,b values from 0 to 1
    public static ConfidenceInterval ofDifference(Map<String, Double> a, Map<String, Double> b) {
        double[] v = array(a.keySet().stream()
                .filter(b::containsKey)
                .map(problem -> Objects.requireNonNull(a.get(problem)) - Objects.requireNonNull(b.get(problem)))
                .toList());
        if (v.length == 0) return new ConfidenceInterval(Double.NaN, Double.NaN, Double.NaN);
        if (!equal(v)) return bootstrap(v);
        double other = Proportion.wilson(0, v.length, CONFIDENCE).high();
        return new ConfidenceInterval(v[0], v[0] - other * (1 + v[0]), v[0] + other * (1 - v[0]));
    }

    /// Returns true if the interval excludes zero.
    public boolean clear() {
        return low > 0 || high < 0;
    }

    private static ConfidenceInterval bootstrap(double[] values) {
        var random = new SplittableRandom(SEED);
        double[] means = new double[RESAMPLES];
        for (int r = 0; r < RESAMPLES; r++) {
            double sum = 0;
            for (int i = 0; i < values.length; i++) sum += values[random.nextInt(values.length)];
            means[r] = sum / values.length;
        }
        Arrays.sort(means);
        return new ConfidenceInterval(
                Arrays.stream(values).average().orElseThrow(),
                Quantiles.ofSorted(means, 0.025),
                Quantiles.ofSorted(means, 0.975));
    }

    private static double[] array(Collection<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static boolean equal(double[] values) {
        return Arrays.stream(values).allMatch(value -> value == values[0]);
    }
}
