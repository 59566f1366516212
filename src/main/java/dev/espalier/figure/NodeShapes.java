package dev.espalier.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Stroke;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;

/// Draws nodes in the tree, its legend and its minimap.
final class NodeShapes {
    /// Below this radius a node is a square: flat if pruned, upright otherwise. Two units are too few pixels for
    /// other shapes.
    static final double SMALL_RADIUS = 1.7;
    private static final double FADED_OPACITY = 0.5;
    private static final Stroke HAIRLINE = new BasicStroke(1f);

    private final Theme theme;

    NodeShapes(Theme theme) {
        this.theme = theme;
    }

    void kept(Graphics2D g, double x, double y, double radius, double score) {
        if (radius < SMALL_RADIUS) {
            square(g, x, y, radius, radius * 1.6, theme.score(score));
            return;
        }
        var circle = new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
        if (Double.isNaN(score)) {
            g.setColor(theme.colour(FigureColour.BACKGROUND));
            g.fill(circle);
            g.setColor(theme.colour(FigureColour.UNSCORED));
            g.setStroke(new BasicStroke((float) Math.clamp(radius / 3, 0.8, 1.6)));
            g.draw(circle);
            return;
        }
        g.setColor(theme.score(score));
        g.fill(circle);
        if (radius > 2.5) {
            g.setColor(theme.colour(FigureColour.OUTLINE));
            g.setStroke(HAIRLINE);
            g.draw(circle);
        }
    }

    void pruned(Graphics2D g, double x, double y, double radius, double score) {
        if (radius < SMALL_RADIUS) {
            square(g, x, y, radius, radius, Theme.faded(theme.score(score), FADED_OPACITY));
            return;
        }
        var diamond = new Path2D.Double();
        diamond.moveTo(x, y - radius);
        diamond.lineTo(x + radius, y);
        diamond.lineTo(x, y + radius);
        diamond.lineTo(x - radius, y);
        diamond.closePath();
        if (Double.isNaN(score)) {
            g.setColor(theme.colour(FigureColour.PRUNED));
            g.setStroke(HAIRLINE);
            g.draw(diamond);
            return;
        }
        g.setColor(Theme.faded(theme.score(score), FADED_OPACITY));
        g.fill(diamond);
    }

    private static void square(Graphics2D g, double x, double y, double halfWide, double halfTall, Color colour) {
        g.setColor(colour);
        g.fill(new Rectangle2D.Double(x - halfWide, y - halfTall, 2 * halfWide, 2 * halfTall));
    }

    void ring(Graphics2D g, double x, double y, double radius) {
        g.setColor(theme.colour(FigureColour.SELECTED));
        g.setStroke(new BasicStroke(2.4f));
        g.draw(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
    }

    void path(Graphics2D g, double x, double y, double length) {
        g.setColor(theme.colour(FigureColour.PATH));
        g.setStroke(new BasicStroke(2.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        g.draw(new Line2D.Double(x + 1, y, x + length - 1, y));
    }

    /// The frame around the chip of the elected answer.
    void elected(Graphics2D g, double x, double y, double length) {
        g.setColor(theme.colour(FigureColour.UNKNOWN));
        g.fill(new RoundRectangle2D.Double(x + 2.5, y - 4, length - 5, 8, 8, 8));
        g.setColor(theme.colour(FigureColour.PATH));
        g.setStroke(new BasicStroke(1.8f));
        g.draw(new RoundRectangle2D.Double(x + 0.5, y - 6, length - 1, 12, 12, 12));
    }

    void ramp(Graphics2D g, double x, double y, double width, double height) {
        var colours = theme.ramp((int) width);
        for (int i = 0; i < colours.size(); i++) {
            g.setColor(colours.get(i));
            g.fill(new Rectangle2D.Double(x + i, y, i + 1 < colours.size() ? 1.5 : 1, height));
        }
    }
}
