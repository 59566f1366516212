package dev.espalier.analysis.statistics;

import org.hipparchus.analysis.solvers.BracketingNthOrderBrentSolver;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.special.Beta;

/// A binomial proportion and its confidence intervals. None of them shrinks to a point if all or none of the trials
/// succeeded.
///
/// @param successes from 0 to trials
/// @param trials    from 0; with 0 every interval is 0 to 1
public record Proportion(int successes, int trials) {
    private static final NormalDistribution NORMAL = new NormalDistribution();
    private static final double ACCURACY = 1e-15;
    private static final int MOST_EVALUATIONS = 1000;

    public Proportion {
        if (successes < 0 || trials < successes)
            throw new IllegalArgumentException(successes + " successes of " + trials + " trials");
    }

    /// @return from 0 to 1; NaN without trials
    public double value() {
        return trials == 0 ? Double.NaN : successes / (double) trials;
    }

    /// The score interval of Wilson 1927.
    ///
    /// @param confidence for example 0.95
    public Interval wilson(double confidence) {
        return wilson(value(), trials, confidence);
    }

    /// Wilson's interval for the mean of values between 0 and 1. Their variance is at most that of zeros and ones with
    /// the same mean, so it is conservative.
    ///
    /// @param mean   from 0 to 1
    /// @param values how many; with 0 the interval is 0 to 1
    public static Interval wilson(double mean, int values, double confidence) {
        if (values == 0) return new Interval(0, 1);
        double n = values, z = z(confidence);
        double scale = 1 + z * z / n;
        double centre = (mean + z * z / (2 * n)) / scale;
        double half = z / scale * Math.sqrt(mean * (1 - mean) / n + z * z / (4 * n * n));
        return new Interval(
                mean == 0 ? 0 : Math.clamp(centre - half, 0, 1), mean == 1 ? 1 : Math.clamp(centre + half, 0, 1));
    }

    /// Wilson's interval with continuity correction (Newcombe 1998).
    ///
    /// @param confidence for example 0.95
    public Interval wilsonWithContinuityCorrection(double confidence) {
        if (trials == 0) return new Interval(0, 1);
        double n = trials, p = value(), q = 1 - p, z = z(confidence);
        double scale = 2 * (n + z * z);
        double centre = (2 * n * p + z * z) / scale;
        double below = (1 + z * Math.sqrt(Math.max(0, z * z - 2 - 1 / n + 4 * p * (n * q + 1)))) / scale;
        double above = (1 + z * Math.sqrt(Math.max(0, z * z + 2 - 1 / n + 4 * p * (n * q - 1)))) / scale;
        return new Interval(
                successes == 0 ? 0 : Math.clamp(centre - below, 0, 1),
                successes == trials ? 1 : Math.clamp(centre + above, 0, 1));
    }

    /// The exact interval of Clopper and Pearson 1934: it covers the true proportion with at least the confidence.
    ///
    /// @param confidence for example 0.95
    public Interval clopperPearson(double confidence) {
        double tail = (1 - confidence) / 2;
        return new Interval(
                successes == 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1),
                successes == trials ? 1 : betaQuantile(1 - tail, successes + 1, trials - successes));
    }

    /// The library's own quantile of the beta distribution is accurate to 1e-9 only.
    private static double betaQuantile(double probability, double a, double b) {
        return new BracketingNthOrderBrentSolver(ACCURACY, ACCURACY, ACCURACY, 5)
                .solve(MOST_EVALUATIONS, x -> Beta.regularizedBeta(x, a, b) - probability, 0, 1);
    }

    private static double z(double confidence) {
        return NORMAL.inverseCumulativeProbability((1 + confidence) / 2);
    }
}
