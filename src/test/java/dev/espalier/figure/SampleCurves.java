package dev.espalier.figure;

import dev.espalier.analysis.Curve;
import java.util.List;
import java.util.stream.IntStream;

/// Curves of a realistic shape with invented numbers.
final class SampleCurves {
    private SampleCurves() {}

    static List<Curve> all() {
        return List.of(
                new Curve("greedy", List.of(point(1, 0.268, 0.268))),
                curve("majority", 0, 0.25, 0.17),
                curve("best-of-n", 0, 0.25, 0.19),
                curve("weighted", 0, 0.25, 0.235),
                curve("beam-search M=4", 2, 0.35, 0.195),
                curve("dvts", 2, 0.33, 0.24));
    }

    static Curve curve(String name, int firstLog2, double low, double rise) {
        boolean pool = firstLog2 == 0;
        return new Curve(
                name,
                IntStream.rangeClosed(firstLog2, 8)
                        .mapToObj(k -> {
                            double share = 1 - Math.exp(-(k - firstLog2) / 3.0);
                            double accuracy = low + rise * share;
                            return point(
                                    1 << k,
                                    accuracy,
                                    pool ? 0.25 + 0.46 * (1 - Math.exp(-k / 3.5)) : accuracy + 0.06 + 0.02 * k);
                        })
                        .toList());
    }

    private static Curve.Point point(int n, double accuracy, double coverage) {
        return new Curve.Point(n, 200, 5, accuracy, accuracy - 0.014, accuracy + 0.015, coverage, n * 120.0, n * 0.4);
    }
}
