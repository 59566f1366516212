package dev.espalier.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.geom.Path2D;
import java.util.ArrayList;

/// Measures, shortens and draws the text of figures, without a window.
final class FigureText {
    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);
    private static final String ELLIPSIS = "…";

    private FigureText() {}

    static double width(Font font, String text) {
        return text.isEmpty() ? 0 : font.getStringBounds(text, CONTEXT).getWidth();
    }

    /// Returns the text, or its beginning with an ellipsis, at most `maxWidth` units wide; "" if not even one
    /// letter fits.
    static String shortened(Font font, String text, double maxWidth) {
        if (width(font, text) <= maxWidth) return text;
        int low = 0, high = text.length() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (width(font, text.substring(0, middle) + ELLIPSIS) <= maxWidth) low = middle;
            else high = middle - 1;
        }
        if (low > 0 && Character.isHighSurrogate(text.charAt(low - 1))) low--;
        return low == 0 ? "" : text.substring(0, low).stripTrailing() + ELLIPSIS;
    }

    /// Draws the text from x to the right, its capitals vertically centred on y.
    static void left(Graphics2D g, Font font, Color colour, String text, double x, double y) {
        if (text.isEmpty()) return;
        g.setFont(font);
        g.setColor(colour);
        g.drawString(text, (float) x, (float) (y + font.getSize2D() * 0.355));
    }

    static void right(Graphics2D g, Font font, Color colour, String text, double x, double y) {
        left(g, font, colour, text, x - width(font, text), y);
    }

    static void centre(Graphics2D g, Font font, Color colour, String text, double x, double y) {
        left(g, font, colour, text, x - width(font, text) / 2, y);
    }

    /// Draws a message in the middle of an empty figure, broken into lines that fit.
    static void message(Graphics2D g, Theme theme, String text, double width, double height) {
        var font = theme.font(12);
        var lines = new ArrayList<String>();
        var line = "";
        for (var word : text.split(" ")) {
            var longer = line.isEmpty() ? word : line + " " + word;
            if (!line.isEmpty() && width(font, longer) > width - 24) {
                lines.add(line);
                line = word;
            } else {
                line = longer;
            }
        }
        lines.add(line);
        double y = height / 2 - (lines.size() - 1) * 9;
        for (var shown : lines) {
            centre(g, font, theme.colour(FigureColour.MUTED), shortened(font, shown, width - 8), width / 2, y);
            y += 18;
        }
    }

    /// Draws a tick as a path: not every font has one.
    static void tick(Graphics2D g, Color colour, double x, double y, double size) {
        var path = new Path2D.Double();
        path.moveTo(x - size * 0.5, y);
        path.lineTo(x - size * 0.12, y + size * 0.38);
        path.lineTo(x + size * 0.5, y - size * 0.42);
        mark(g, colour, path, size);
    }

    static void cross(Graphics2D g, Color colour, double x, double y, double size) {
        double r = size * 0.38;
        var path = new Path2D.Double();
        path.moveTo(x - r, y - r);
        path.lineTo(x + r, y + r);
        path.moveTo(x - r, y + r);
        path.lineTo(x + r, y - r);
        mark(g, colour, path, size);
    }

    private static void mark(Graphics2D g, Color colour, Path2D path, double size) {
        g.setColor(colour);
        g.setStroke(new BasicStroke((float) Math.max(1, size * 0.2), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        g.draw(path);
    }
}
