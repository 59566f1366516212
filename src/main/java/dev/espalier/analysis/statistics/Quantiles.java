package dev.espalier.analysis.statistics;

import java.util.Arrays;

/// Quantiles by linear interpolation between the order statistics: type 7 of Hyndman and Fan 1996, the default of NumPy
/// and R.
public final class Quantiles {
    private Quantiles() {}

    /// @param values in any order, without NaN
    /// @param q      from 0 to 1
    /// @return NaN without values
    public static double of(double[] values, double q) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return ofSorted(sorted, q);
    }

    /// @param sorted ascending, without NaN
    /// @param q      from 0 to 1
    /// @return NaN without values
    public static double ofSorted(double[] sorted, double q) {
        if (q < 0 || q > 1) throw new IllegalArgumentException("quantile " + q);
        if (sorted.length == 0) return Double.NaN;
        double at = q * (sorted.length - 1);
        int below = Math.min((int) at, sorted.length - 1);
        int above = Math.min(below + 1, sorted.length - 1);
        double share = at - below, step = sorted[above] - sorted[below];
        // Both forms are equal but for rounding. Each is exact at its end, so equal values give that value.
        return share < 0.5 ? sorted[below] + step * share : sorted[above] - step * (1 - share);
    }

    /// The difficulty level of each value by quintiles: 5 (hardest) strictly below the first quintile, 4 below the
    /// second, …, 1 from the fourth on. Values on a boundary are in the easier level.
    ///
    /// @param values for example the pass rate of each problem
    public static int[] levels(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        var levels = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            levels[i] = 1;
            for (int quintile = 1; quintile < 5; quintile++)
                if (values[i] < ofSorted(sorted, quintile / 5.0)) levels[i]++;
        }
        return levels;
    }
}
