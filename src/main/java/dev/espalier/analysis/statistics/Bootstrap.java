package dev.espalier.analysis.statistics;

/// The bootstrap of a mean (Efron 1979): the means of resamples with replacement. Problems are resampled, so that all
/// seeds of a problem stay together.
public final class Bootstrap {
    private Bootstrap() {}

    /// The mean of each resample.
    ///
    /// @param indices resamples × n
    public static double[] means(double[] values, int[][] indices) {
        var means = new double[indices.length];
        for (int r = 0; r < means.length; r++) {
            double sum = 0;
            for (int index : indices[r]) sum += values[index];
            means[r] = sum / indices[r].length;
        }
        return means;
    }

    /// The standard deviation of the mean over all possible resamples: the population's standard deviation / √n.
    public static double standardError(double[] values) {
        double mean = 0, sum = 0;
        for (double value : values) mean += value / values.length;
        for (double value : values) sum += (value - mean) * (value - mean);
        return Math.sqrt(sum) / values.length;
    }
}
