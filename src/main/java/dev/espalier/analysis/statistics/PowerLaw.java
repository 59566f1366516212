package dev.espalier.analysis.statistics;

import java.util.stream.IntStream;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresBuilder;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LevenbergMarquardtOptimizer;
import org.hipparchus.optim.nonlinear.vector.leastsquares.MultivariateJacobianFunction;
import org.hipparchus.util.Pair;
import org.jspecify.annotations.Nullable;

/// The exponentiated power law of coverage, c(k) = exp(a·k^b) with a, b < 0 (Brown et al. 2024, "Large Language
/// Monkeys").
///
/// @param a,b     the parameters
/// @param sse     the sum of squared residuals, in the space in which the fit was made
/// @param r2      1 − sse / total sum of squares; NaN if all values are equal
/// @param errorA,errorB standard errors; NaN with fewer than three points
public record PowerLaw(double a, double b, double sse, double r2, double errorA, double errorB) {
    private static final double TOLERANCE = 1e-15;
    private static final int MOST_STEPS = 10_000;

    /// Coverage at k samples.
    public double at(double k) {
        return Math.exp(a * Math.pow(k, b));
    }

    /// Least squares on the coverage, from the [straight line][#ofLogLog] on.
    ///
    /// @param k        sample counts, above 0
    /// @param coverage from 0 to 1
    /// @return null if fewer than two points are strictly between 0 and 1, or if the fit does not converge
    public static @Nullable PowerLaw ofCoverage(double[] k, double[] coverage) {
        return fit(k, coverage, Space.COVERAGE);
    }

    /// Least squares on the logarithm of the coverage, over points with positive coverage.
    ///
    /// @return null if fewer than two points are strictly between 0 and 1, or if the fit does not converge
    public static @Nullable PowerLaw ofLogCoverage(double[] k, double[] coverage) {
        var known = IntStream.range(0, k.length).filter(i -> coverage[i] > 0).toArray();
        return fit(
                IntStream.of(known).mapToDouble(i -> k[i]).toArray(),
                IntStream.of(known).mapToDouble(i -> Math.log(coverage[i])).toArray(),
                Space.LOG_COVERAGE);
    }

    /// The straight line of log(−log c) against log k, over points strictly between 0 and 1.
    ///
    /// @return null if there are fewer than two such points with different k
    public static @Nullable PowerLaw ofLogLog(double[] k, double[] coverage) {
        var inner = IntStream.range(0, k.length)
                .filter(i -> coverage[i] > 0 && coverage[i] < 1)
                .toArray();
        var x = IntStream.of(inner).mapToDouble(i -> Math.log(k[i])).toArray();
        var y = IntStream.of(inner)
                .mapToDouble(i -> Math.log(-Math.log(coverage[i])))
                .toArray();
        var line = LinearFit.of(x, y);
        if (Double.isNaN(line.slope())) return null;
        double sse = 0;
        for (int i = 0; i < x.length; i++) sse += square(y[i] - line.at(x[i]));
        double a = -Math.exp(line.intercept());
        return new PowerLaw(a, line.slope(), sse, line.r2(), Double.NaN, line.slopeError());
    }

    private enum Space {
        COVERAGE,
        LOG_COVERAGE
    }

    private static @Nullable PowerLaw fit(double[] k, double[] y, Space space) {
        var start = ofLogLog(k, space == Space.COVERAGE ? y : exp(y));
        if (start == null) return null;
        try {
            var best = new LevenbergMarquardtOptimizer()
                    .withCostRelativeTolerance(TOLERANCE)
                    .withParameterRelativeTolerance(TOLERANCE)
                    .withOrthoTolerance(TOLERANCE)
                    .optimize(new LeastSquaresBuilder()
                            .start(new double[] {start.a, start.b})
                            .model(model(k, space))
                            .target(y)
                            .maxEvaluations(MOST_STEPS)
                            .maxIterations(MOST_STEPS)
                            .build());
            double sse = best.getResiduals().dotProduct(best.getResiduals());
            double mean = 0, total = 0;
            for (double value : y) mean += value / y.length;
            for (double value : y) total += square(value - mean);
            double errorA = Double.NaN, errorB = Double.NaN;
            if (y.length > 2) {
                var sigma = best.getSigma(1e-14);
                double noise = Math.sqrt(sse / (y.length - 2));
                errorA = sigma.getEntry(0) * noise;
                errorB = sigma.getEntry(1) * noise;
            }
            return new PowerLaw(
                    best.getPoint().getEntry(0),
                    best.getPoint().getEntry(1),
                    sse,
                    total == 0 ? Double.NaN : 1 - sse / total,
                    errorA,
                    errorB);
        } catch (MathRuntimeException _) {
            // No convergence, or a singular matrix: there is no such fit.
            return null;
        }
    }

    private static MultivariateJacobianFunction model(double[] k, Space space) {
        return parameters -> {
            double a = parameters.getEntry(0), b = parameters.getEntry(1);
            RealVector value = new ArrayRealVector(k.length);
            RealMatrix slopes = new Array2DRowRealMatrix(k.length, 2);
            for (int i = 0; i < k.length; i++) {
                double power = Math.pow(k[i], b), exponent = a * power;
                double scale = space == Space.COVERAGE ? Math.exp(exponent) : 1;
                value.setEntry(i, space == Space.COVERAGE ? scale : exponent);
                slopes.setEntry(i, 0, scale * power);
                slopes.setEntry(i, 1, scale * exponent * Math.log(k[i]));
            }
            return new Pair<>(value, slopes);
        };
    }

    private static double[] exp(double[] logarithms) {
        return IntStream.range(0, logarithms.length)
                .mapToDouble(i -> Math.exp(logarithms[i]))
                .toArray();
    }

    private static double square(double value) {
        return value * value;
    }
}
