package dev.espalier.figure;

import dev.espalier.search.log.SearchTree.Fate;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;
import java.util.HashSet;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Draws a tree. Skips what lies outside the pane. If nodes outnumber the pixels, draws coincident edges once and nodes
/// as small squares.
final class TreePainter {
    /// Above this number of visible edges coincident edges are drawn once.
    private static final int MANY = 1200;
    private static final int BATCH = 300;
    /// Edge styles, in drawing order.
    private static final int PRUNED = 0, OPEN = 1, KEPT = 2, PATH = 3;

    private final Graphics2D g;
    private final double width;
    private final double height;
    private final Theme theme;
    private final TreeLayout layout;
    private final TreeSnapshot shape;
    private final TreeMarks marks;
    private final Viewport view;
    private final NodeShapes shapes;
    private final boolean[] onPath;

    TreePainter(Graphics2D g, double width, double height, Theme theme, TreeFigure figure) {
        this.g = g;
        this.width = width;
        this.height = height;
        this.theme = theme;
        layout = figure.layout();
        shape = layout.shape;
        marks = figure.marks();
        view = figure.view();
        shapes = new NodeShapes(theme);
        onPath = new boolean[shape.size()];
        for (int node = exists(marks.highlighted()) ? marks.highlighted() : -1; node >= 0; node = layout.parent(node))
            onPath[node] = true;
    }

    private boolean exists(int node) {
        return node >= 0 && node < shape.size();
    }

    private double x(int node) {
        return view.screenX(layout.x[node]);
    }

    private double y(int node) {
        return view.screenY(layout.y(node));
    }

    static double radius(TreeLayout layout, Viewport view, int node) {
        double room = Math.min(view.scaleX(), view.scaleY() * 1.6);
        boolean pruned = layout.shape.pruned(node);
        double full = pruned ? 4 : layout.shape.fates()[node] == Fate.ACTIVE && !layout.shape.ended(node) ? 5 : 6.5;
        double limit = full * Math.clamp(room, 1, 1.5);
        double spacing = (pruned ? 4.4 : 9) * Math.min(view.scaleX(), view.scaleY() * 4);
        return Math.clamp(spacing, pruned ? 0.7 : 1.2, limit);
    }

    private double radius(int node) {
        return radius(layout, view, node);
    }

    /// The index in a row of the first node right of a layout position.
    static int firstRightOf(TreeLayout layout, int[] row, double layoutX) {
        int low = 0, high = row.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (layout.x[row[middle]] < layoutX) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private int firstRow() {
        return Math.clamp((long) Math.floor(view.layoutY(-20) / TreeLayout.ROW), 0, layout.maxDepth() + 1);
    }

    private int lastRow() {
        return Math.clamp((long) Math.ceil(view.layoutY(height + 20) / TreeLayout.ROW), -1, layout.maxDepth());
    }

    void ruler(double top, double labels) {
        g.setColor(theme.colour(FigureColour.GRID));
        g.setStroke(new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, new float[] {1.5f, 4}, 0));
        for (int row = firstRow(); row <= lastRow(); row += rowStep()) {
            double y = view.screenY(row * TreeLayout.ROW);
            if (y >= top) g.draw(new Line2D.Double(0, y, width, y));
        }
    }

    private int rowStep() {
        double distance = TreeLayout.ROW * view.scaleY();
        int step = 1;
        while (step * distance < 17) step *= step == 1 || step % 10 == 0 ? 5 : 2;
        return step;
    }

    void rulerLabels(double top, boolean numbersOnly) {
        var font = theme.font(11);
        int step = rowStep();
        for (int row = firstRow() + Math.floorMod(-firstRow(), step); row <= lastRow(); row += step) {
            double y = view.screenY(row * TreeLayout.ROW) - 8;
            if (y < top + 4 || y > height - 5) continue;
            var label = row == 0 ? numbersOnly ? "" : "prompt" : numbersOnly ? Integer.toString(row) : "step " + row;
            if (label.isEmpty()) continue;
            g.setColor(theme.colour(FigureColour.BACKGROUND, 0.85));
            g.fill(new RoundRectangle2D.Double(3, y - 7, FigureText.width(font, label) + 8, 14, 6, 6));
            FigureText.left(g, font, theme.colour(FigureColour.MUTED), label, 7, y);
        }
    }

    void edges() {
        int visible = 0;
        for (int node = 1; node < shape.size(); node++) if (edgeVisible(node)) visible++;
        var seen = visible > MANY ? new HashSet<Long>() : null;
        boolean straight = visible > MANY;
        double weight = Math.clamp(Math.min(view.scaleX(), view.scaleY() * 2), 0.5, 1);
        strokeEdges(PRUNED, stroke(0.9 * weight), theme.colour(FigureColour.EDGE_PRUNED), seen, straight);
        strokeEdges(OPEN, stroke(0.9 * weight), theme.colour(FigureColour.EDGE), seen, straight);
        strokeEdges(KEPT, stroke(1.5 * weight), theme.colour(FigureColour.EDGE), seen, straight);
        strokeEdges(PATH, stroke(2.6 * Math.max(weight, 0.65)), theme.colour(FigureColour.PATH), null, straight);
    }

    private static BasicStroke stroke(double width) {
        return new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    private int style(int node) {
        if (onPath[node]) return PATH;
        return switch (shape.fates()[node]) {
            case PRUNED -> PRUNED;
            case ACTIVE -> OPEN;
            case ENDED -> shape.fates()[layout.parent(node)] == Fate.KEPT ? KEPT : OPEN;
            case KEPT -> KEPT;
        };
    }

    private boolean edgeVisible(int node) {
        int parent = layout.parent(node);
        double x1 = x(parent), x2 = x(node), y1 = y(parent), y2 = y(node);
        return y2 >= 0 && y1 <= height && Math.max(x1, x2) >= 0 && Math.min(x1, x2) <= width;
    }

    private void strokeEdges(
            int style, BasicStroke stroke, Color colour, @Nullable HashSet<Long> seen, boolean straight) {
        g.setStroke(stroke);
        g.setColor(colour);
        var path = new Path2D.Double();
        int batch = 0;
        for (int node = 1; node < shape.size(); node++) {
            if (style(node) != style || !edgeVisible(node)) continue;
            int parent = layout.parent(node);
            double x1 = x(parent), y1 = y(parent), x2 = x(node), y2 = y(node);
            if (seen != null && !seen.add(cell(style, layout.depth(node), x1, x2))) continue;
            path.moveTo(x1, y1);
            double middle = (y1 + y2) / 2;
            if (straight && Math.abs(x2 - x1) < 3) path.lineTo(x2, y2);
            else path.curveTo(x1, middle, x2, middle, x2, y2);
            if (++batch % BATCH == 0) {
                g.draw(path);
                path.reset();
            }
        }
        g.draw(path);
    }

    private static long cell(int style, int depth, double x1, double x2) {
        return ((long) style << 60)
                ^ ((long) depth << 44)
                ^ ((Math.round(x1) & 0x3fffff) << 22)
                ^ (Math.round(x2) & 0x3fffff);
    }

    void nodes() {
        for (int pass = 0; pass < 2; pass++) {
            for (int row = firstRow(); row <= lastRow(); row++) {
                var nodes = layout.rows[row];
                double last = Double.NEGATIVE_INFINITY;
                for (int i = firstRightOf(layout, nodes, view.layoutX(-12)); i < nodes.length; i++) {
                    int node = nodes[i];
                    double x = x(node);
                    if (x > width + 12) break;
                    if (node == 0 || shape.pruned(node) != (pass == 0)) continue;
                    double radius = radius(node);
                    if (radius < NodeShapes.SMALL_RADIUS && x - last < 0.7 && !onPath[node]) continue;
                    last = x;
                    node(node, x, y(node), radius);
                }
            }
        }
    }

    private void node(int node, double x, double y, double radius) {
        double score = shape.scores()[node];
        if (shape.pruned(node)) {
            shapes.pruned(g, x, y, radius, score);
        } else {
            shapes.kept(g, x, y, radius, score);
        }
        if (onPath[node] && radius >= NodeShapes.SMALL_RADIUS) {
            g.setColor(theme.colour(FigureColour.PATH));
            g.setStroke(new BasicStroke(1.8f));
            g.draw(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
        }
    }

    void answers() {
        new AnswerChips(g, width, height, theme, layout, marks, view).draw();
        if (view.scaleX() >= 0.9) scores();
    }

    /// Draws scores beside circles if the next node of the row leaves room.
    private void scores() {
        var font = theme.font(10);
        double needs = FigureText.width(font, "0.00") + 8;
        for (int row = Math.max(1, firstRow()); row <= lastRow(); row++) {
            var nodes = layout.rows[row];
            for (int i = firstRightOf(layout, nodes, view.layoutX(0));
                    i < nodes.length && x(nodes[i]) < width - needs;
                    i++) {
                int node = nodes[i];
                double free = i + 1 < nodes.length
                        ? x(nodes[i + 1]) - radius(nodes[i + 1]) - x(node) - radius(node)
                        : Double.MAX_VALUE;
                if (shape.pruned(node) || Float.isNaN(shape.scores()[node]) || free < needs) continue;
                var score = String.format(Locale.ROOT, "%.2f", shape.scores()[node]);
                FigureText.left(
                        g,
                        font,
                        theme.colour(FigureColour.MUTED),
                        score,
                        x(node) + radius(node) + (node == marks.selected() ? 9 : 4),
                        y(node));
            }
        }
    }

    void rings() {
        if (exists(marks.hovered())) {
            int node = marks.hovered();
            double r = radius(node) + 3;
            g.setColor(theme.colour(FigureColour.MUTED));
            g.setStroke(new BasicStroke(1.2f));
            if (node > 0) g.draw(new Ellipse2D.Double(x(node) - r, y(node) - r, 2 * r, 2 * r));
        }
        if (marks.selected() > 0 && exists(marks.selected())) {
            int node = marks.selected();
            shapes.ring(g, x(node), y(node), radius(node) + 3.5);
        }
    }

    void problem() {
        double x = x(0), y = y(0);
        if (y < -20 || y > height + 20) return;
        var font = theme.bold(11);
        boolean room = width >= 200 && height >= 100;
        double halfWidth = room ? FigureText.width(font, "problem") / 2 + 9 : 6;
        double halfHeight = room ? 10 : 6;
        var box = new RoundRectangle2D.Double(x - halfWidth, y - halfHeight, 2 * halfWidth, 2 * halfHeight, 9, 9);
        g.setColor(theme.colour(FigureColour.ROOT));
        g.fill(box);
        if (marks.selected() == 0 || marks.hovered() == 0) {
            g.setColor(theme.colour(marks.selected() == 0 ? FigureColour.SELECTED : FigureColour.MUTED));
            g.setStroke(new BasicStroke(2.4f));
            g.draw(box);
        }
        if (room) FigureText.centre(g, font, theme.colour(FigureColour.ROOT_TEXT), "problem", x, y);
    }
}
