package dev.espalier.figure;

import dev.espalier.analysis.Curve;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jfree.chart.axis.NumberTickUnit;

/// Computes the scales of an accuracy chart: round percentages that cover every value, and budgets as powers of two, as
/// many as fit. Also decides whether the names stand beside the curves' ends or in the legend.
final class CurveScales {
    private static final double[] STEPS = {0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5};

    /// The smallest range of accuracies, 10 percentage points: small differences must not look large.
    private static final double MIN_SPAN = 0.1;
    private static final double SLACK = 1e-9;

    private final PlotFrame frame;
    private final double percentStep;
    private final int budgetStep;
    private final boolean labelsBeside;
    private final double legendHeight;

    CurveScales(List<Curve> curves, double width, double height, Theme theme) {
        var named = curves.stream()
                .filter(curve -> !CurveFigure.isHorizontal(curve))
                .toList();
        double labels = CurveLabels.width(theme, named);
        boolean coverage = curves.stream()
                .filter(curve -> curve.points().size() > 1)
                .flatMap(curve -> curve.points().stream())
                .anyMatch(point -> Double.isFinite(point.coverage()));
        double min = values(curves).min().orElse(0), max = values(curves).max().orElse(1);
        int lastBudget = curves.stream()
                .mapToInt(curve -> curve.points().getLast().n())
                .max()
                .orElse(1);
        boolean together = !named.isEmpty()
                && named.stream().allMatch(curve -> curve.points().getLast().n() == lastBudget);
        labelsBeside = together
                && labels < width * 0.28
                && width >= 420
                && named.size() * CurveLabels.LINE_HEIGHT < height - 60;
        double legend = CurveFigure.legend(theme, curves, !labelsBeside, coverage, brief(width, height))
                        .height(width - 20)
                + 6;
        legendHeight = height < 120 || legend > height * 0.45 ? 0 : legend;
        double top = legendHeight + PlotFrame.above(height), bottom = height - PlotFrame.below(height);
        double widen = Math.max(0, MIN_SPAN - (max - min)) / 2;
        percentStep = step(max - min + 2 * widen, Math.max(2, (bottom - top) / 34));
        double low = Math.max(0, Math.floor((min - widen) / percentStep + SLACK) * percentStep);
        double high = Math.min(1, Math.ceil((max + widen) / percentStep - SLACK) * percentStep);
        double first = CurveFigure.log2(curves.stream()
                .mapToInt(curve -> curve.points().getFirst().n())
                .min()
                .orElse(1));
        double last = CurveFigure.log2(lastBudget);
        double space = last - first < 0.01 ? 0.6 : (last - first) * 0.025;
        frame = new PlotFrame(
                width,
                height,
                FigureText.width(theme.font(11), "100%") + 14,
                top,
                width - (labelsBeside ? labels + 24 : 16),
                bottom,
                first - space,
                last + space,
                low - SLACK,
                high + SLACK);
        double unitWidth = (frame.right() - frame.left()) / (frame.highX() - frame.lowX());
        int budgets = 1;
        while (budgets * unitWidth < 8 + FigureText.width(theme.font(11), Integer.toString(lastBudget))) budgets++;
        budgetStep = budgets;
    }

    /// Returns true if only a short legend fits.
    static boolean brief(double width, double height) {
        return width < 560 || height < 260;
    }

    private static DoubleStream values(List<Curve> curves) {
        return curves.stream()
                .flatMap(curve -> curve.points().stream()
                        .flatMap(point -> curve.points().size() > 1
                                ? Stream.of(point.accuracy(), point.low(), point.high(), point.coverage())
                                : Stream.of(point.accuracy(), point.low(), point.high())))
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite);
    }

    private static double step(double span, double max) {
        for (double step : STEPS) if (span / step <= max) return step;
        return STEPS[STEPS.length - 1];
    }

    PlotFrame frame() {
        return frame;
    }

    boolean labelsBeside() {
        return labelsBeside;
    }

    /// The height of the legend; 0 if there is no room for one.
    double legendHeight() {
        return legendHeight;
    }

    NumberTickUnit budgets() {
        return new NumberTickUnit(budgetStep, new Format() {
            @Override
            String text(double value) {
                return value < -0.01 || Math.abs(value - Math.rint(value)) > 0.01
                        ? ""
                        : Long.toString(1L << Math.round(value));
            }
        });
    }

    NumberTickUnit percents() {
        return new NumberTickUnit(percentStep, new Format() {
            @Override
            String text(double value) {
                return Math.round(value * 100) + "%";
            }
        });
    }

    /// Formats tick labels; JFreeChart asks for a [NumberFormat].
    private abstract static class Format extends NumberFormat {
        abstract String text(double value);

        @Override
        public StringBuffer format(double value, StringBuffer to, FieldPosition at) {
            return to.append(text(value));
        }

        @Override
        public StringBuffer format(long value, StringBuffer to, FieldPosition at) {
            return to.append(text((double) value));
        }

        @Override
        public Number parse(String text, ParsePosition at) {
            throw new UnsupportedOperationException("ticks are only written");
        }
    }
}
