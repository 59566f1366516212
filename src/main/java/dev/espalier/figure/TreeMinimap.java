package dev.espalier.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;

/// The whole tree at a small scale, with a rectangle around the part that a pane of `paneWidth` × `paneHeight` shows.
public record TreeMinimap(TreeLayout layout, TreeMarks marks, Viewport view, double paneWidth, double paneHeight)
        implements Figure {
    private static final double MARGIN = 6;

    @Override
    public void draw(Graphics2D g, double width, double height, Theme theme) {
        FigureImage.smooth(g);
        g.setColor(theme.colour(FigureColour.BACKGROUND));
        g.fill(new Rectangle2D.Double(0, 0, width, height));
        var minimap = minimapView(width, height);
        var shape = layout.shape;
        boolean[] onPath = new boolean[shape.size()];
        for (int node = marks.highlighted() < shape.size() ? marks.highlighted() : -1;
                node >= 0;
                node = shape.parents()[node]) onPath[node] = true;
        g.setStroke(new BasicStroke(0.7f));
        for (int row = 1; row <= layout.maxDepth(); row++) {
            double last = Double.NEGATIVE_INFINITY;
            for (int node : layout.rows[row]) {
                double x = minimap.screenX(layout.x(node)), y = minimap.screenY(layout.y(node));
                boolean pruned = shape.pruned(node);
                if (x - last < (pruned ? 1.5 : 0.5) && !onPath[node]) continue;
                last = x;
                int parent = shape.parents()[node];
                g.setColor(theme.colour(
                        onPath[node] ? FigureColour.PATH : pruned ? FigureColour.EDGE_PRUNED : FigureColour.EDGE));
                g.draw(new Line2D.Double(minimap.screenX(layout.x(parent)), minimap.screenY(layout.y(parent)), x, y));
                Color colour = onPath[node] ? theme.colour(FigureColour.PATH) : theme.score(shape.scores()[node]);
                g.setColor(pruned ? Theme.faded(colour, 0.6) : colour);
                double r = pruned ? 0.7 : 1.4;
                g.fill(new Rectangle2D.Double(x - r, y - r, 2 * r, 2 * r));
            }
        }
        g.setColor(theme.colour(FigureColour.ROOT));
        g.fill(new RoundRectangle2D.Double(minimap.screenX(0) - 4, minimap.screenY(0) - 1.5, 8, 3, 2, 2));
        var visible =
                new Rectangle2D.Double(0.75, 0.75, width - 1.5, height - 1.5).createIntersection(visibleArea(minimap));
        if (!visible.isEmpty()) {
            g.setColor(theme.colour(FigureColour.SELECTED, 0.1));
            g.fill(visible);
            g.setColor(theme.colour(FigureColour.SELECTED));
            g.setStroke(new BasicStroke(1.5f));
            g.draw(visible);
        }
    }

    /// The layout position at a point of a minimap of this size; pass it to `view.centredOn(…)`.
    public double[] layoutAt(double x, double y, double width, double height) {
        var minimap = minimapView(width, height);
        return new double[] {minimap.layoutX(x), minimap.layoutY(y)};
    }

    private Rectangle2D visibleArea(Viewport minimap) {
        double x1 = minimap.screenX(view.layoutX(0)), y1 = minimap.screenY(view.layoutY(0));
        return new Rectangle2D.Double(
                x1, y1, minimap.screenX(view.layoutX(paneWidth)) - x1, minimap.screenY(view.layoutY(paneHeight)) - y1);
    }

    private Viewport minimapView(double width, double height) {
        double scaleX = Math.min(1, (width - 2 * MARGIN) / Math.max(layout.right() - layout.left(), 1));
        double scaleY = Math.min(0.5, (height - 2 * MARGIN) / Math.max(layout.maxDepth() * TreeLayout.ROW, 1));
        return new Viewport(width / 2 - (layout.left() + layout.right()) / 2 * scaleX, MARGIN, scaleX, scaleY);
    }
}
