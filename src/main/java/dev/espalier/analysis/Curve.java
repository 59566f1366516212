package dev.espalier.analysis;

import java.util.List;

/// The accuracy of one method at each budget.
public record Curve(String strategy, List<Point> points) {
    public Curve {
        points = List.copyOf(points);
    }

    /// @param n               budget
    /// @param problems,seeds  how many were measured
    /// @param accuracy        mean over problems and seeds, 0 to 1
    /// @param low,high        95 % interval of the accuracy (bootstrap over problems)
    /// @param coverage        mean over problems, 0 to 1: the unbiased pass@n; for searches the share with any
    ///                        correct candidate
    /// @param generatedTokens mean for one problem and seed; NaN if unknown
    /// @param seconds         mean wall-clock seconds of one search; NaN if unknown
    /// @param failed          how many searches failed; they count as not right
    /// @param measured        the ids of the problems, sorted
    public record Point(
            int n,
            int problems,
            int seeds,
            double accuracy,
            double low,
            double high,
            double coverage,
            double generatedTokens,
            double seconds,
            int failed,
            List<String> measured) {
        public Point {
            measured = List.copyOf(measured);
        }

        /// Without failed searches, of unnamed problems.
        public Point(
                int n,
                int problems,
                int seeds,
                double accuracy,
                double low,
                double high,
                double coverage,
                double generatedTokens,
                double seconds) {
            this(n, problems, seeds, accuracy, low, high, coverage, generatedTokens, seconds, 0, List.of());
        }
    }
}
