package dev.espalier.analysis.statistics;

import org.hipparchus.distribution.discrete.BinomialDistribution;
import org.hipparchus.special.Erf;

/// McNemar's test for two runs on the same problems: are the problems that only the first run solves as many as those
/// that only the second solves? Problems that both or none solve say nothing. All p-values are two-sided.
///
/// @param onlyFirst  the problems that only the first run solves
/// @param onlySecond the problems that only the second run solves
public record McNemar(int onlyFirst, int onlySecond) {
    public McNemar {
        if (onlyFirst < 0 || onlySecond < 0)
            throw new IllegalArgumentException("negative counts: " + onlyFirst + ", " + onlySecond);
    }

    public int discordant() {
        return onlyFirst + onlySecond;
    }

    /// The exact p-value: the binomial test with probability 1/2. 1 without discordant problems.
    public double exact() {
        return Math.min(1, 2 * halves().cumulativeProbability(least()));
    }

    /// The mid-p-value: the exact one without half of the observed outcome's probability on each side. Less
    /// conservative than the exact one.
    public double midP() {
        return Math.min(1, 2 * halves().cumulativeProbability(least()) - halves().probability(least()));
    }

    /// The statistic (b − c)² / (b + c); NaN without discordant problems.
    public double chiSquared() {
        return statistic(Math.abs(onlyFirst - onlySecond));
    }

    /// The statistic with Edwards' continuity correction, (max(|b − c| − 1, 0))² / (b + c); NaN without discordant
    /// problems.
    public double correctedChiSquared() {
        return statistic(Math.max(0, Math.abs(onlyFirst - onlySecond) - 1));
    }

    /// The p-value of a statistic: the upper tail of the χ² distribution with one degree of freedom.
    public static double pValue(double chiSquared) {
        return Erf.erfc(Math.sqrt(chiSquared / 2));
    }

    private double statistic(double difference) {
        return discordant() == 0 ? Double.NaN : difference * difference / discordant();
    }

    private int least() {
        return Math.min(onlyFirst, onlySecond);
    }

    private BinomialDistribution halves() {
        return new BinomialDistribution(discordant(), 0.5);
    }
}
