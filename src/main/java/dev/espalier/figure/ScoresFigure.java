package dev.espalier.figure;

import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.SearchTree.Fate;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/// Reward model scores by step: a line for each path. Segments that several paths share are drawn once, so a pruned
/// path branches off the others where it was sampled. The highlighted path is bold and shows its points.
///
/// @param segments    by the fate of the node at their end
/// @param highlighted the scores of one path by step; empty for none
/// @param steps       the number of steps of the longest path
public record ScoresFigure(Map<Fate, List<ScoreSegment>> segments, List<Double> highlighted, int steps)
        implements Figure {

    /// The line from one step's score to the next; `from` is NaN at a first step.
    public record ScoreSegment(int step, double from, double to) {}

    /// Above this number of nodes points are small and lines thin.
    private static final int MANY = 1500;

    public ScoresFigure {
        segments = Map.copyOf(segments);
        highlighted = List.copyOf(highlighted);
    }

    /// Copies what it needs, so the tree may change afterwards.
    ///
    /// @param highlighted the last node of the path to highlight, -1 for none
    public static ScoresFigure of(SearchTree tree, int highlighted) {
        var segments = new EnumMap<Fate, List<ScoreSegment>>(Fate.class);
        for (var fate : Fate.values()) segments.put(fate, new ArrayList<>());
        int steps = 0;
        for (var node : tree.nodes()) {
            if (!node.scored()) continue;
            steps = Math.max(steps, node.depth());
            Objects.requireNonNull(segments.get(node.fate()))
                    .add(new ScoreSegment(node.depth(), tree.node(node.parent()).score(), node.score()));
        }
        return new ScoresFigure(segments, path(tree, highlighted), steps);
    }

    /// The path's scores as they count in votes: from the last time that the path was scored; if it was not, each
    /// step's own score.
    private static List<Double> path(SearchTree tree, int end) {
        if (end <= 0 || end >= tree.nodes().size()) return List.of();
        var node = tree.node(end);
        // Scores of lookahead steps follow those of the path's own steps; leave them out.
        if (node.scored())
            return node.pathScores()
                    .subList(
                            0,
                            Math.min(node.pathScores().size(), tree.steps(end).size()));
        return tree.path(end).stream().map(SearchTree.Node::score).toList();
    }

    @Override
    public void draw(Graphics2D g, double width, double height, Theme theme) {
        FigureImage.smooth(g);
        g.setColor(theme.colour(FigureColour.BACKGROUND));
        g.fill(new Rectangle2D.Double(0, 0, width, height));
        if (steps == 0) {
            FigureText.message(g, theme, "No scores yet. A reward model scores each step of a path.", width, height);
            return;
        }
        var legend = legend(theme);
        double above = height < 130 ? 0 : legend.height(width - 20) + 4;
        if (above > height / 3) above = 0;
        // PRM scores are probabilities; only imported outcome rewards may lie outside 0 to 1.
        var scores = segments.values().stream()
                .flatMap(List::stream)
                .mapToDouble(ScoreSegment::to)
                .filter(Double::isFinite)
                .summaryStatistics();
        double low = Math.min(0, Math.floor(scores.getMin()));
        double high = Math.max(1, Math.ceil(scores.getMax()));
        if (scores.getCount() == 0) {
            low = 0;
            high = 1;
        }
        double margin = steps == 1 ? 0.5 : Math.min(0.03 * (steps - 1), 0.9);
        var frame = new PlotFrame(
                width,
                height,
                FigureText.width(theme.font(11), "0.75") + 14,
                above + PlotFrame.above(height),
                width - 14,
                height - PlotFrame.below(height),
                1 - margin,
                steps + margin,
                low,
                high);
        if (above > 0) legend.draw(g, 10, 4, width - 20);
        var plot = frame.plot(theme, stepUnit(frame), scoreUnit(height, high - low));
        int layer = 0;
        for (var fate : List.of(Fate.PRUNED, Fate.ACTIVE, Fate.KEPT, Fate.ENDED)) {
            plot.setDataset(layer, series(segments.getOrDefault(fate, List.of())));
            double weight = fate == Fate.PRUNED ? 0.8 : fate == Fate.ACTIVE ? 1 : 1.5;
            plot.setRenderer(
                    layer++,
                    many()
                            ? lines(Theme.faded(colour(theme, fate), 0.4), 0.6 * weight)
                            : lines(colour(theme, fate), weight));
        }
        frame.draw(g, theme, plot, "step", "PRM score");
        points(g, theme, frame);
        highlight(g, theme, frame);
    }

    private boolean many() {
        return segments.values().stream().mapToInt(List::size).sum() > MANY;
    }

    private static Color colour(Theme theme, Fate fate) {
        return switch (fate) {
            case PRUNED -> theme.colour(FigureColour.LINE, 0.35);
            case ACTIVE -> theme.colour(FigureColour.LINE, 0.7);
            case KEPT, ENDED -> theme.colour(FigureColour.LINE);
        };
    }

    private static NumberTickUnit scoreUnit(double height, double range) {
        double unit = height < 150 ? 0.5 : 0.25;
        for (int i = 0; range / unit > 5; i++) unit *= i % 3 == 2 ? 2.5 : 2;
        return new NumberTickUnit(unit, new DecimalFormat("0.##", DecimalFormatSymbols.getInstance(Locale.ROOT)));
    }

    private static NumberTickUnit stepUnit(PlotFrame frame) {
        double unitWidth = (frame.right() - frame.left()) / (frame.highX() - frame.lowX());
        int unit = 1;
        while (unit * unitWidth < 26) unit *= unit == 1 ? 5 : 2;
        return new NumberTickUnit(unit, new DecimalFormat("#"));
    }

    /// All segments in one series, with gaps between them.
    private static XYSeriesCollection series(List<ScoreSegment> segments) {
        var series = new XYSeries("scores", false, true);
        for (var segment : segments) {
            if (Double.isNaN(segment.from) || Double.isNaN(segment.to)) continue;
            series.add(segment.step - 1.0, segment.from, false);
            series.add(segment.step, segment.to, false);
            series.add(segment.step, Double.NaN, false);
        }
        return new XYSeriesCollection(series);
    }

    private static XYLineAndShapeRenderer lines(Color colour, double width) {
        var renderer = new XYLineAndShapeRenderer(true, false);
        renderer.setDrawSeriesLineAsPath(true);
        renderer.setSeriesPaint(0, colour);
        renderer.setSeriesStroke(0, new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        return renderer;
    }

    /// Marks where paths begin and where they were pruned or ended, with the symbols of the tree.
    private void points(Graphics2D g, Theme theme, PlotFrame frame) {
        var shapes = new NodeShapes(theme);
        double stepWidth = (frame.right() - frame.left()) / Math.max(1, steps);
        double radius = many() ? 1 : Math.clamp(stepWidth / 12, 1.2, 3.2);
        for (var segment : segments.getOrDefault(Fate.PRUNED, List.of())) {
            shapes.pruned(g, frame.x(segment.step), frame.y(segment.to), radius, segment.to);
        }
        for (var fate : List.of(Fate.ACTIVE, Fate.KEPT, Fate.ENDED)) {
            for (var segment : segments.getOrDefault(fate, List.of())) {
                if (fate == Fate.ENDED || segment.step == 1)
                    shapes.kept(g, frame.x(segment.step), frame.y(segment.to), radius, segment.to);
            }
        }
    }

    private void highlight(Graphics2D g, Theme theme, PlotFrame frame) {
        g.setColor(theme.colour(FigureColour.PATH));
        var path = new Path2D.Double();
        boolean begun = false;
        for (int i = 0; i < highlighted.size(); i++) {
            double score = highlighted.get(i);
            if (Double.isNaN(score)) continue;
            if (begun) path.lineTo(frame.x(i + 1), frame.y(score));
            else path.moveTo(frame.x(i + 1), frame.y(score));
            begun = true;
        }
        g.setStroke(new BasicStroke(2.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        g.draw(path);
        for (int i = 0; i < highlighted.size(); i++) {
            double score = highlighted.get(i);
            if (Double.isNaN(score)) continue;
            double x = frame.x(i + 1), y = frame.y(score);
            g.setColor(theme.colour(FigureColour.BACKGROUND));
            g.fill(new Ellipse2D.Double(x - 4.6, y - 4.6, 9.2, 9.2));
            g.setColor(theme.colour(FigureColour.PATH));
            g.fill(new Ellipse2D.Double(x - 3.4, y - 3.4, 6.8, 6.8));
        }
    }

    private Legend legend(Theme theme) {
        var shapes = new NodeShapes(theme);
        var legend = new Legend(theme);
        if (!highlighted.isEmpty()) legend.add("selected path", 18, (g, x, y) -> shapes.path(g, x, y, 18));
        return legend.add("ended", 9, (g, x, y) -> shapes.kept(g, x + 4.5, y, 3.2, 0.7))
                .add("pruned", 9, (g, x, y) -> shapes.pruned(g, x + 4.5, y, 3.6, 0.7));
    }
}
