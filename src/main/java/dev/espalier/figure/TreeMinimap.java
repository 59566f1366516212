package dev.espalier.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;

/// The whole tree, small, with a rectangle around what a pane of `paneWidth` × `paneHeight` shows of it.
public record TreeMinimap(TreeLayout layout, TreeMarks marks, View view, double paneWidth, double paneHeight) implements Figure {
    private static final double MARGIN = 6;

    @Override
    public void draw(Graphics2D g, double width, double height, Theme theme) {
        FigureImage.smooth(g);
        g.setColor(theme.ink(Ink.BACKGROUND));
        g.fill(new Rectangle2D.Double(0, 0, width, height));
        var small = small(width, height);
        var shape = layout.shape;
        boolean[] onPath = new boolean[shape.size()];
        for (int node = marks.highlighted() < shape.size() ? marks.highlighted() : -1; node >= 0; node = shape.parents()[node]) onPath[node] = true;
        g.setStroke(new BasicStroke(0.7f));
        for (int row = 1; row <= layout.maxDepth(); row++) {
            double last = Double.NEGATIVE_INFINITY;
            for (int node : layout.rows[row]) {
                double x = small.screenX(layout.x(node)), y = small.screenY(layout.y(node));
                boolean pruned = shape.pruned(node);
                if (x - last < (pruned ? 1.5 : 0.5) && !onPath[node]) continue;
                last = x;
                int parent = shape.parents()[node];
                g.setColor(theme.ink(onPath[node] ? Ink.PATH : pruned ? Ink.EDGE_PRUNED : Ink.EDGE));
                g.draw(new Line2D.Double(small.screenX(layout.x(parent)), small.screenY(layout.y(parent)), x, y));
                Color colour = onPath[node] ? theme.ink(Ink.PATH) : theme.score(shape.scores()[node]);
                g.setColor(pruned ? Theme.faded(colour, 0.6) : colour);
                double r = pruned ? 0.7 : 1.4;
                g.fill(new Rectangle2D.Double(x - r, y - r, 2 * r, 2 * r));
            }
        }
        g.setColor(theme.ink(Ink.ROOT));
        g.fill(new RoundRectangle2D.Double(small.screenX(0) - 4, small.screenY(0) - 1.5, 8, 3, 2, 2));
        var seen = new Rectangle2D.Double(0.75, 0.75, width - 1.5, height - 1.5).createIntersection(seen(small));
        if (!seen.isEmpty()) {
            g.setColor(theme.ink(Ink.SELECTED, 0.1));
            g.fill(seen);
            g.setColor(theme.ink(Ink.SELECTED));
            g.setStroke(new BasicStroke(1.5f));
            g.draw(seen);
        }
    }

    /// The layout position under a point of a minimap of this size: for `view.centredOn(…)`.
    public double[] layoutAt(double x, double y, double width, double height) {
        var small = small(width, height);
        return new double[] {small.layoutX(x), small.layoutY(y)};
    }

    private Rectangle2D seen(View small) {
        double x1 = small.screenX(view.layoutX(0)), y1 = small.screenY(view.layoutY(0));
        return new Rectangle2D.Double(x1, y1, small.screenX(view.layoutX(paneWidth)) - x1, small.screenY(view.layoutY(paneHeight)) - y1);
    }

    private View small(double width, double height) {
        double scaleX = Math.min(1, (width - 2 * MARGIN) / Math.max(layout.right() - layout.left(), 1));
        double scaleY = Math.min(0.5, (height - 2 * MARGIN) / Math.max(layout.maxDepth() * TreeLayout.ROW, 1));
        return new View(width / 2 - (layout.left() + layout.right()) / 2 * scaleX, MARGIN, scaleX, scaleY);
    }
}
