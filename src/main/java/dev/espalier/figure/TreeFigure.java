package dev.espalier.figure;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.OptionalInt;

/// A search tree: rows of steps below the problem. A filled circle is a kept node (or one not yet compared), a small
/// faded diamond a pruned node, a chip below a circle the answer of an ended path. Colour shows the last step score;
/// grey means unscored.
///
/// @param view see [#fit]
public record TreeFigure(TreeLayout layout, TreeMarks marks, Viewport view) implements Figure {
    private static final double MARGIN = 8;
    private static final double MIN_HEIGHT_FOR_LEGEND = 150;

    /// A figure that fits the whole tree into any size.
    public static Figure fitting(TreeLayout layout, TreeMarks marks) {
        return (g, width, height, theme) ->
                new TreeFigure(layout, marks, fit(layout, width, height, theme)).draw(g, width, height, theme);
    }

    /// The viewport that shows the whole tree in a pane of this size, below the legend and right of the row labels.
    public static Viewport fit(TreeLayout layout, double width, double height, Theme theme) {
        double left = rulerWidth(width, theme) + 18, right = 26;
        double top = legendHeight(width, height, theme) + 18, bottom = Math.min(46, height / 5);
        double spanX = Math.max(layout.right - layout.left, 1), spanY = Math.max(layout.maxDepth(), 1) * TreeLayout.ROW;
        double scaleX = Math.min(1.6, Math.max(width - left - right, 1) / spanX);
        double scaleY = Math.min(1.8, Math.max(height - top - bottom, 1) / spanY);
        double x = left + (width - left - right) / 2 - (layout.left + layout.right) / 2 * scaleX;
        return new Viewport(x, top, scaleX, scaleY);
    }

    @Override
    public void draw(Graphics2D g, double width, double height, Theme theme) {
        FigureImage.smooth(g);
        g.setColor(theme.colour(FigureColour.BACKGROUND));
        g.fill(new Rectangle2D.Double(0, 0, width, height));
        double legend = legendHeight(width, height, theme);
        var painter = new TreePainter(g, width, height, theme, this);
        painter.ruler(legend, rulerWidth(width, theme));
        painter.edges();
        painter.nodes();
        painter.answers();
        painter.rings();
        painter.rulerLabels(legend, rulerWidth(width, theme) < 30);
        painter.problem();
        if (legend > 0) {
            g.setColor(theme.colour(FigureColour.BACKGROUND));
            g.fill(new Rectangle2D.Double(0, 0, width, legend));
            legend(theme).draw(g, MARGIN, 5, width - 2 * MARGIN);
        }
        if (layout.size() == 1)
            FigureText.message(g, theme, "No steps yet. Run a search to see its tree grow.", width, height);
    }

    /// The node at or near a point of the screen; empty if none is near.
    public OptionalInt hit(double screenX, double screenY) {
        double row = view.layoutY(screenY) / TreeLayout.ROW;
        int best = -1;
        double nearest = Double.MAX_VALUE;
        for (int depth = Math.max(0, (int) Math.floor(row));
                depth <= Math.min(layout.maxDepth(), (int) Math.ceil(row));
                depth++) {
            var nodes = layout.rows[depth];
            int at = TreePainter.firstRightOf(layout, nodes, view.layoutX(screenX));
            for (int i = Math.max(0, at - 4); i < Math.min(nodes.length, at + 4); i++) {
                int node = nodes[i];
                double dx = view.screenX(layout.x(node)) - screenX, dy = view.screenY(layout.y(node)) - screenY;
                double distance = Math.hypot(dx, dy);
                boolean inside = distance <= TreePainter.radius(layout, view, node) + 4
                        || node == 0 && Math.abs(dx) < 30 && Math.abs(dy) < 11;
                if (inside && distance < nearest) {
                    best = node;
                    nearest = distance;
                }
            }
        }
        return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
    }

    private static double rulerWidth(double width, Theme theme) {
        return width < 480 ? 14 : FigureText.width(theme.font(11), "prompt") + MARGIN;
    }

    private static double legendHeight(double width, double height, Theme theme) {
        if (height < MIN_HEIGHT_FOR_LEGEND) return 0;
        double needs = legend(theme).height(width - 2 * MARGIN) + 8;
        return needs > height / 4 ? 0 : needs;
    }

    private static Legend legend(Theme theme) {
        var symbols = new NodeShapes(theme);
        return new Legend(theme)
                .add("PRM score 0 to 1", 64, (g, x, y) -> symbols.ramp(g, x, y - 4, 64, 8))
                .add("kept", 13, (g, x, y) -> symbols.kept(g, x + 6.5, y, 5.5, 0.7))
                .add("pruned", 9, (g, x, y) -> symbols.pruned(g, x + 4.5, y, 4, 0.7))
                .add("not scored", 11, (g, x, y) -> symbols.kept(g, x + 5.5, y, 4.5, Double.NaN))
                .add("selected", 14, (g, x, y) -> symbols.ring(g, x + 7, y, 5.5))
                .add("highlighted path", 18, (g, x, y) -> symbols.path(g, x, y, 18))
                .add("elected answer", 20, (g, x, y) -> symbols.elected(g, x, y, 20));
    }
}
