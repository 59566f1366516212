package dev.espalier.figure;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.Locale;

/// How a method of spending a budget is called and marked in charts, whatever else stands in the chart.
final class Method {
    private Method() {}

    /// "beam-search M=4" is "Beam search M=4".
    static String label(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("best-of-n")) return "Best-of-N" + name.substring("best-of-n".length());
        if (lower.startsWith("beam-search")) return "Beam search" + name.substring("beam-search".length());
        if (lower.startsWith("dvts")) return "DVTS" + name.substring("dvts".length());
        if (lower.startsWith("mcts")) return "MCTS" + name.substring("mcts".length());
        if (lower.equals("weighted")) return "Weighted best-of-N";
        return name.isEmpty() ? name : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    /// A point's shape, so that curves are told apart without their colours.
    static Shape marker(String name, double radius) {
        var lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("majority")) return new Ellipse2D.Double(-radius, -radius, 2 * radius, 2 * radius);
        if (lower.startsWith("best-of-n")) return polygon(4, radius * 1.2, Math.PI / 4);
        if (lower.startsWith("weighted")) return polygon(3, radius * 1.35, 0);
        if (lower.startsWith("beam-search")) return polygon(4, radius * 1.2, 0);
        if (lower.startsWith("dvts")) return polygon(3, radius * 1.35, Math.PI);
        return polygon(5 + Math.floorMod(name.hashCode(), 2), radius * 1.2, 0);
    }

    private static Shape polygon(int corners, double radius, double turn) {
        var path = new Path2D.Double();
        for (int i = 0; i < corners; i++) {
            double angle = turn + 2 * Math.PI * i / corners;
            double x = Math.sin(angle) * radius, y = -Math.cos(angle) * radius;
            if (i == 0) path.moveTo(x, y);
            else path.lineTo(x, y);
        }
        path.closePath();
        return path;
    }

    static Shape at(Shape marker, double x, double y) {
        return AffineTransform.getTranslateInstance(x, y).createTransformedShape(marker);
    }
}
