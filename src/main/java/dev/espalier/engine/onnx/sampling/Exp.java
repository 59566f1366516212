package dev.espalier.engine.onnx.sampling;

/// The exponential function of arrays of numbers that are not positive. Plain double arithmetic without conversions or
/// branches, so the compiler vectorizes it, and results are bit-identical on every machine. The relative error is below
/// 1e-11, near 0 below 1e-15.
final class Exp {
    /// e^x = (e^(x/512))^512, which needs nine squarings.
    private static final double FRACTION = 1 / 512.0;

    /// Results below e to this (10^-28) become zero: they affect no draw and no sum in double precision.
    private static final double MIN_EXPONENT = -64;
    /// The computed result for [#MIN_EXPONENT]. It is subtracted from all results, so that this one becomes zero;
    /// the effect on others is negligible.
    private static final double FLOOR = floor();

    private Exp() {}

    private static double floor() {
        var one = new double[1];
        all(new float[] {(float) MIN_EXPONENT}, 0, 1, 0, one);
        return one[0];
    }

    /// Computes `target[i] = e^((numbers[i] - max) * scale)`, zero below e^-64. NaN stays NaN.
    static void all(float[] numbers, double max, double scale, double[] target) {
        all(numbers, max, scale, FLOOR, target);
    }

    private static void all(float[] numbers, double max, double scale, double floor, double[] target) {
        double part = scale * FRACTION;
        for (int i = 0; i < target.length; i++) {
            double x = Math.max((numbers[i] - max) * part, MIN_EXPONENT * FRACTION);
            double p = Math.fma(x, 1 / 40320.0, 1 / 5040.0);
            p = Math.fma(p, x, 1 / 720.0);
            p = Math.fma(p, x, 1 / 120.0);
            p = Math.fma(p, x, 1 / 24.0);
            p = Math.fma(p, x, 1 / 6.0);
            p = Math.fma(p, x, 1 / 2.0);
            p = Math.fma(p, x, 1);
            p = Math.fma(p, x, 1);
            p *= p;
            p *= p;
            p *= p;
            p *= p;
            p *= p;
            p *= p;
            p *= p;
            p *= p;
            p *= p;
            target[i] = p - floor;
        }
    }
}
