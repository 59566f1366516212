package dev.espalier.figure;

import dev.espalier.search.log.SearchTree.Fate;
import dev.espalier.search.log.SearchTree;
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

/// Reward model scores by step: a line a path. Stretches that several paths share are drawn once, so a path that was pruned
/// leaves the others where it was sampled. One path is drawn strongly, with its points.
///
/// @param stretches  by what has become of the node at their end
/// @param highlighted scores of one path by step, empty for none
/// @param steps      of the longest path
public record ScoresFigure(Map<Fate, List<Stretch>> stretches, List<Double> highlighted, int steps) implements Figure {

    /// From one step's score to the next one's; `from` is NaN at a first step.
    public record Stretch(int step, double from, double to) {}

    /// From how many nodes on points are drawn small.
    private static final int MANY = 1500;

    public ScoresFigure {
        stretches = Map.copyOf(stretches);
        highlighted = List.copyOf(highlighted);
    }

    /// Copies what it needs; the tree may change afterwards.
    ///
    /// @param highlighted node at the end of the path that is drawn strongly, -1 for none
    public static ScoresFigure of(SearchTree tree, int highlighted) {
        var stretches = new EnumMap<Fate, List<Stretch>>(Fate.class);
        for (var fate : Fate.values()) stretches.put(fate, new ArrayList<>());
        int steps = 0;
        for (var node : tree.nodes()) {
            if (!node.scored()) continue;
            steps = Math.max(steps, node.depth());
            Objects.requireNonNull(stretches.get(node.fate())).add(new Stretch(node.depth(), tree.node(node.parent()).score(), node.score()));
        }
        return new ScoresFigure(stretches, path(tree, highlighted), steps);
    }

    /// The list that was current when the path was last scored, as it counts in votes; where there is none, what each step got.
    private static List<Double> path(SearchTree tree, int end) {
        if (end <= 0 || end >= tree.nodes().size()) return List.of();
        var node = tree.node(end);
        // What was looked ahead is scored behind the path's own steps: it is no step of it.
        if (node.scored()) return node.pathScores().subList(0, Math.min(node.pathScores().size(), tree.steps(end).size()));
        return tree.path(end).stream().map(SearchTree.Node::score).toList();
    }

    @Override
    public void draw(Graphics2D g, double width, double height, Theme theme) {
        FigureImage.smooth(g);
        g.setColor(theme.ink(Ink.BACKGROUND));
        g.fill(new Rectangle2D.Double(0, 0, width, height));
        if (steps == 0) {
            Lettering.message(g, theme, "No scores yet. A reward model scores each step of a path.", width, height);
            return;
        }
        var legend = legend(theme);
        double above = height < 130 ? 0 : legend.height(width - 20) + 4;
        if (above > height / 3) above = 0;
        // Scores are probabilities; only imported outcome rewards may be other numbers.
        var scores = stretches.values().stream().flatMap(List::stream).mapToDouble(Stretch::to).filter(Double::isFinite).summaryStatistics();
        double low = Math.min(0, Math.floor(scores.getMin()));
        double high = Math.max(1, Math.ceil(scores.getMax()));
        if (scores.getCount() == 0) {
            low = 0;
            high = 1;
        }
        double beside = steps == 1 ? 0.5 : Math.min(0.03 * (steps - 1), 0.9);
        var frame = new PlotFrame(width, height, Lettering.width(theme.font(11), "0.75") + 14, above + PlotFrame.above(height),
                width - 14, height - PlotFrame.below(height), 1 - beside, steps + beside, low, high);
        if (above > 0) legend.draw(g, 10, 4, width - 20);
        var plot = frame.plot(theme, stepUnit(frame), scoreUnit(height, high - low));
        int layer = 0;
        for (var fate : List.of(Fate.PRUNED, Fate.ACTIVE, Fate.KEPT, Fate.ENDED)) {
            plot.setDataset(layer, series(stretches.getOrDefault(fate, List.of())));
            double weight = fate == Fate.PRUNED ? 0.8 : fate == Fate.ACTIVE ? 1 : 1.5;
            plot.setRenderer(layer++, many() ? lines(Theme.faded(colour(theme, fate), 0.4), 0.6 * weight) : lines(colour(theme, fate), weight));
        }
        frame.draw(g, theme, plot, "step", "PRM score");
        points(g, theme, frame);
        highlight(g, theme, frame);
    }

    private boolean many() {
        return stretches.values().stream().mapToInt(List::size).sum() > MANY;
    }

    private static Color colour(Theme theme, Fate fate) {
        return switch (fate) {
            case PRUNED -> theme.ink(Ink.LINE, 0.35);
            case ACTIVE -> theme.ink(Ink.LINE, 0.7);
            case KEPT, ENDED -> theme.ink(Ink.LINE);
        };
    }

    private static NumberTickUnit scoreUnit(double height, double range) {
        double unit = height < 150 ? 0.5 : 0.25;
        for (int i = 0; range / unit > 5; i++) unit *= i % 3 == 2 ? 2.5 : 2;
        return new NumberTickUnit(unit, new DecimalFormat("0.##", DecimalFormatSymbols.getInstance(Locale.ROOT)));
    }

    private static NumberTickUnit stepUnit(PlotFrame frame) {
        double each = (frame.right() - frame.left()) / (frame.highX() - frame.lowX());
        int unit = 1;
        while (unit * each < 26) unit *= unit == 1 ? 5 : 2;
        return new NumberTickUnit(unit, new DecimalFormat("#"));
    }

    /// Stretches one after the other, with gaps between them.
    private static XYSeriesCollection series(List<Stretch> stretches) {
        var series = new XYSeries("scores", false, true);
        for (var stretch : stretches) {
            if (Double.isNaN(stretch.from) || Double.isNaN(stretch.to)) continue;
            series.add(stretch.step - 1.0, stretch.from, false);
            series.add(stretch.step, stretch.to, false);
            series.add(stretch.step, Double.NaN, false);
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

    /// Where paths begin and where they were pruned or ended: diamonds and circles as in the tree.
    private void points(Graphics2D g, Theme theme, PlotFrame frame) {
        var shapes = new NodeShapes(theme);
        double room = (frame.right() - frame.left()) / Math.max(1, steps);
        double radius = many() ? 1 : Math.clamp(room / 12, 1.2, 3.2);
        for (var stretch : stretches.getOrDefault(Fate.PRUNED, List.of())) {
            shapes.pruned(g, frame.x(stretch.step), frame.y(stretch.to), radius, stretch.to);
        }
        for (var fate : List.of(Fate.ACTIVE, Fate.KEPT, Fate.ENDED)) {
            for (var stretch : stretches.getOrDefault(fate, List.of())) {
                if (fate == Fate.ENDED || stretch.step == 1) shapes.kept(g, frame.x(stretch.step), frame.y(stretch.to), radius, stretch.to);
            }
        }
    }

    private void highlight(Graphics2D g, Theme theme, PlotFrame frame) {
        g.setColor(theme.ink(Ink.PATH));
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
            g.setColor(theme.ink(Ink.BACKGROUND));
            g.fill(new Ellipse2D.Double(x - 4.6, y - 4.6, 9.2, 9.2));
            g.setColor(theme.ink(Ink.PATH));
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
