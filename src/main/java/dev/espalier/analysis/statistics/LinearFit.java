package dev.espalier.analysis.statistics;

import org.hipparchus.special.Beta;
import org.hipparchus.stat.regression.SimpleRegression;

/// A straight line by ordinary least squares.
///
/// @param slope,intercept NaN with fewer than two different x
/// @param r2              the share of the variance that the line explains; NaN if y is constant
/// @param slopeError      the standard error of the slope; NaN with fewer than three points
/// @param pValue          two-sided, of slope 0; NaN with fewer than three points
public record LinearFit(double slope, double intercept, double r2, double slopeError, double pValue) {

    /// @param x,y of equal length
    public static LinearFit of(double[] x, double[] y) {
        if (x.length != y.length) throw new IllegalArgumentException(x.length + " x for " + y.length + " y");
        var regression = new SimpleRegression();
        for (int i = 0; i < x.length; i++) regression.addData(x[i], y[i]);
        double slope = regression.getSlope(), error = x.length < 3 ? Double.NaN : regression.getSlopeStdErr();
        return new LinearFit(
                slope, regression.getIntercept(), regression.getRSquare(), error, pValue(slope / error, x.length - 2));
    }

    /// Accuracy against the logarithm of the budget, base 2: the slope is the gain of a doubling.
    ///
    /// @param budgets from 1
    public static LinearFit perDoubling(double[] budgets, double[] accuracy) {
        var x = new double[budgets.length];
        for (int i = 0; i < x.length; i++) x[i] = Math.log(budgets[i]) / Math.log(2);
        return of(x, accuracy);
    }

    public double at(double x) {
        return intercept + slope * x;
    }

    /// Student's t, both tails; the incomplete beta function keeps the digits of small values.
    private static double pValue(double t, int freedom) {
        return freedom < 1 || Double.isNaN(t)
                ? Double.NaN
                : Beta.regularizedBeta(freedom / (freedom + t * t), freedom / 2.0, 0.5);
    }
}
