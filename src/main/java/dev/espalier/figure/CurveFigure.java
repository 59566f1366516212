package dev.espalier.figure;

import dev.espalier.analysis.Curve;
import dev.espalier.search.strategy.Method;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Stroke;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;

/// Accuracy against budget: a line for each method on a logarithmic axis, its 95 % interval as a band, coverage (any
/// candidate right) as a dashed line. Each method has its own colour and marker in all figures. A method measured at
/// one budget is a point; greedy decoding is a horizontal line.
///
/// @param highlighted the name of the curve to emphasise, "" for none
public record CurveFigure(List<Curve> curves, String highlighted) implements Figure {
    /// The largest distance at which [#nearest] finds a point, in user units.
    private static final double HIT_DISTANCE = 24;

    public CurveFigure {
        curves = curves.stream()
                .map(CurveFigure::sorted)
                .filter(curve -> !curve.points().isEmpty())
                .toList();
    }

    public CurveFigure(List<Curve> curves) {
        this(curves, "");
    }

    /// A measured point and its curve.
    public record MeasuredPoint(Curve curve, Curve.Point point) {}

    /// The coverage of the methods that share a pool: one line for all of them.
    private record Coverage(List<String> methods, Map<Integer, Double> byBudget) {}

    private static Curve sorted(Curve curve) {
        return new Curve(
                curve.strategy(),
                curve.points().stream()
                        .filter(point -> point.n() > 0 && Double.isFinite(point.accuracy()))
                        .sorted(Comparator.comparingInt(Curve.Point::n))
                        .toList());
    }

    @Override
    public void draw(Graphics2D g, double width, double height, Theme theme) {
        FigureImage.smooth(g);
        g.setColor(theme.colour(FigureColour.BACKGROUND));
        g.fill(new Rectangle2D.Double(0, 0, width, height));
        if (curves.isEmpty()) {
            FigureText.message(g, theme, "No curves yet. They grow as the searches of a sweep finish.", width, height);
            return;
        }
        var scales = new CurveScales(curves, width, height, theme);
        var frame = scales.frame();
        if (scales.legendHeight() > 0) {
            legend(theme, curves, !scales.labelsBeside(), !coverages().isEmpty(), CurveScales.brief(width, height))
                    .draw(g, 10, 5, width - 20);
        }
        horizontalLines(g, theme, frame);
        var plot = frame.plot(theme, scales.budgets(), scales.percents());
        coverage(plot, theme);
        accuracy(plot, theme, frame);
        frame.draw(g, theme, plot, "budget N (complete solutions)", "accuracy");
        singlePoints(g, theme, frame);
        if (scales.labelsBeside()) CurveLabels.draw(g, theme, frame, curves);
    }

    /// The measured point nearest to a position in a drawing of this size; empty if none is near.
    public Optional<MeasuredPoint> nearest(double x, double y, double width, double height, Theme theme) {
        if (curves.isEmpty()) return Optional.empty();
        var frame = new CurveScales(curves, width, height, theme).frame();
        MeasuredPoint best = null;
        double bestDistance = HIT_DISTANCE;
        for (var curve : curves) {
            for (var point : curve.points()) {
                double distance = Math.hypot(frame.x(log2(point.n())) - x, frame.y(point.accuracy()) - y);
                if (distance >= bestDistance) continue;
                bestDistance = distance;
                best = new MeasuredPoint(curve, point);
            }
        }
        return Optional.ofNullable(best);
    }

    static double log2(double n) {
        return Math.log(n) / Math.log(2);
    }

    static boolean isHorizontal(Curve curve) {
        return curve.points().size() == 1
                && curve.strategy().toLowerCase(Locale.ROOT).startsWith("greedy");
    }

    private double opacity(String method) {
        return highlighted.isEmpty() || highlighted.equals(method) ? 1 : 0.3;
    }

    private Color colour(Theme theme, String method) {
        return Theme.faded(theme.series(method), opacity(method));
    }

    private static Stroke dashed(double width, float dash, float gap) {
        return new BasicStroke(
                (float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {dash, gap}, 0);
    }

    private static Stroke coverageStroke() {
        return dashed(1.3, 4, 3);
    }

    private static Stroke horizontalStroke() {
        return dashed(1.6, 10, 4);
    }

    private void accuracy(XYPlot plot, Theme theme, PlotFrame frame) {
        var data = new YIntervalSeriesCollection();
        var renderer = new DeviationRenderer(true, true);
        renderer.setAlpha(0.16f);
        double radius = frame.width() < 420 ? 2.4 : 3.4;
        for (var curve : curves) {
            if (isHorizontal(curve)) continue;
            var series = new YIntervalSeries(curve.strategy() + "#" + data.getSeriesCount(), false, true);
            curve.points()
                    .forEach(point -> series.add(
                            log2(point.n()),
                            point.accuracy(),
                            Math.max(point.low(), frame.lowY()),
                            Math.min(point.high(), frame.highY())));
            int at = data.getSeriesCount();
            data.addSeries(series);
            renderer.setSeriesPaint(at, colour(theme, curve.strategy()));
            renderer.setSeriesFillPaint(at, colour(theme, curve.strategy()));
            renderer.setSeriesStroke(
                    at,
                    new BasicStroke(
                            highlighted.equals(curve.strategy()) ? 2.8f : 2f,
                            BasicStroke.CAP_ROUND,
                            BasicStroke.JOIN_ROUND));
            renderer.setSeriesShape(at, Markers.of(curve.strategy(), radius));
        }
        plot.setDataset(1, data);
        plot.setRenderer(1, renderer);
    }

    private List<Coverage> coverages() {
        var shared = new LinkedHashMap<Map<Integer, Double>, List<String>>();
        for (var curve : curves) {
            if (curve.points().size() < 2) continue;
            var byBudget = new LinkedHashMap<Integer, Double>();
            curve.points().stream()
                    .filter(point -> Double.isFinite(point.coverage()))
                    .forEach(point -> byBudget.put(point.n(), point.coverage()));
            if (byBudget.size() > 1)
                shared.computeIfAbsent(byBudget, _ -> new ArrayList<>()).add(curve.strategy());
        }
        return shared.entrySet().stream()
                .map(entry -> new Coverage(entry.getValue(), entry.getKey()))
                .toList();
    }

    private void coverage(XYPlot plot, Theme theme) {
        var data = new XYSeriesCollection();
        var renderer = new XYLineAndShapeRenderer(true, false);
        renderer.setDrawSeriesLineAsPath(true);
        for (var coverage : coverages()) {
            int at = data.getSeriesCount();
            var series = new XYSeries(at, false, true);
            coverage.byBudget().forEach((n, share) -> series.add(log2(n), (double) share));
            data.addSeries(series);
            boolean single = coverage.methods().size() == 1;
            double opacity =
                    coverage.methods().stream().mapToDouble(this::opacity).max().orElse(1);
            renderer.setSeriesPaint(
                    at,
                    single
                            ? colour(theme, coverage.methods().getFirst())
                            : theme.colour(FigureColour.COVERAGE, opacity));
            renderer.setSeriesStroke(at, coverageStroke());
        }
        plot.setDataset(0, data);
        plot.setRenderer(0, renderer);
    }

    private void horizontalLines(Graphics2D g, Theme theme, PlotFrame frame) {
        for (var curve : curves) {
            if (!isHorizontal(curve)) continue;
            double y = frame.y(curve.points().getFirst().accuracy());
            g.setColor(colour(theme, curve.strategy()));
            g.setStroke(horizontalStroke());
            g.draw(new Line2D.Double(frame.left(), y, frame.right(), y));
        }
    }

    /// Draws the intervals of single points; a band needs two points.
    private void singlePoints(Graphics2D g, Theme theme, PlotFrame frame) {
        for (var curve : curves) {
            if (curve.points().size() > 1) continue;
            var point = curve.points().getFirst();
            if (!Double.isFinite(point.low() + point.high())) continue;
            double x = frame.x(log2(point.n()));
            g.setColor(colour(theme, curve.strategy()));
            g.setStroke(new BasicStroke(1.4f));
            g.draw(new Line2D.Double(x, frame.y(point.low()), x, frame.y(point.high())));
            if (isHorizontal(curve)) g.fill(Markers.at(Markers.of(curve.strategy(), 3), x, frame.y(point.accuracy())));
        }
    }

    static Legend legend(Theme theme, List<Curve> curves, boolean names, boolean coverage, boolean brief) {
        var legend = new Legend(theme);
        for (var curve : curves) {
            if (!names && !isHorizontal(curve)) continue;
            var colour = theme.series(curve.strategy());
            legend.add(Method.label(curve.strategy()), 20, (g, x, y) -> {
                g.setColor(colour);
                g.setStroke(isHorizontal(curve) ? horizontalStroke() : new BasicStroke(2));
                g.draw(new Line2D.Double(x, y, x + 20, y));
                if (!isHorizontal(curve)) g.fill(Markers.at(Markers.of(curve.strategy(), 3.4), x + 10, y));
            });
        }
        if (!brief)
            legend.add(
                    "95 % interval",
                    16, (g, x, y) -> {
                        g.setColor(theme.colour(FigureColour.COVERAGE, 0.25));
                        g.fill(new Rectangle2D.Double(x, y - 5, 16, 10));
                    });
        if (coverage)
            legend.add(brief ? "coverage" : "coverage (any candidate right)", 20, (g, x, y) -> {
                g.setColor(theme.colour(FigureColour.COVERAGE));
                g.setStroke(coverageStroke());
                g.draw(new Line2D.Double(x, y, x + 20, y));
            });
        return legend;
    }
}
