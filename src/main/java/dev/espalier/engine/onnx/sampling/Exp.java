package dev.espalier.engine.onnx.sampling;

/// The exponential function of many numbers that are not positive. Plain double arithmetic without conversions or branches, so the compiler turns it into
/// vector instructions, and the bits are the same on every machine; relative error below 1e-11, next to 0 below 1e-15.
final class Exp {
    /// e to the x is (e to the x/512) to the 512: nine squarings.
    private static final double PART = 1 / 512.0;

    /// Less than e to this, a 10^28th, is zero: no draw, no sum in double numbers sees it.
    private static final double LEAST = -64;
    /// What is got for [#LEAST]: taken from all, it leaves zero there and changes nothing that counts.
    private static final double FLOOR = floor();

    private Exp() {}

    private static double floor() {
        var one = new double[1];
        all(new float[] {(float) LEAST}, 0, 1, 0, one);
        return one[0];
    }

    /// `target[i]` becomes e to the `(numbers[i] - max) * scale`, zero below e to the -64. NaN stays NaN.
    static void all(float[] numbers, double max, double scale, double[] target) {
        all(numbers, max, scale, FLOOR, target);
    }

    private static void all(float[] numbers, double max, double scale, double floor, double[] target) {
        double part = scale * PART;
        for (int i = 0; i < target.length; i++) {
            double x = Math.max((numbers[i] - max) * part, LEAST * PART);
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
