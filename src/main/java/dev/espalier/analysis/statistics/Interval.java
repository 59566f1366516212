package dev.espalier.analysis.statistics;

/// A confidence interval.
///
/// @param low,high NaN if undefined
public record Interval(double low, double high) {
    public static final Interval UNDEFINED = new Interval(Double.NaN, Double.NaN);

    public boolean contains(double value) {
        return low <= value && value <= high;
    }
}
