package dev.espalier.analysis;

import java.util.List;

/// Accuracy against budget of one method.
public record Curve(String strategy, List<Point> points) {
    public Curve {
        points = List.copyOf(points);
    }

    /// @param n               budget
    /// @param problems,seeds  how many were measured
    /// @param accuracy        mean over problems and seeds, 0 to 1
    /// @param low,high        95 % interval of the accuracy (bootstrap clustered by problem)
    /// @param coverage        mean over problems of the unbiased pass@n (for searches: any candidate right), 0 to 1
    /// @param generatedTokens mean per problem and seed, NaN where it is not known
    /// @param seconds         mean wall-clock seconds of a search, as it was run, NaN where they are not known
    public record Point(int n, int problems, int seeds, double accuracy, double low, double high, double coverage, double generatedTokens, double seconds) {}
}
