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
        if (lower.equals("weighted")) return "Weighted best-of-N";
        return name.isEmpty() ? name : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    /// A point's shape, so that curves are told apart without their colours.
    static Shape marker(String name, double radius) {
        var lower = name.toLowerCase(Locale.ROOT);
        int corners = lower.startsWith("majority") ? 0 : lower.startsWith("best") ? 4 : lower.startsWith("weighted") ? 3 : lower.startsWith("beam") ? -4
                : lower.startsWith("dvts") ? -3 : new int[] {5, 6, -5}[Math.floorMod(name.hashCode(), 3)];
        if (corners == 0) return new Ellipse2D.Double(-radius, -radius, 2 * radius, 2 * radius);
        return polygon(Math.abs(corners), radius * (Math.abs(corners) == 3 ? 1.35 : 1.2), corners == 4 ? Math.PI / 4 : corners == -3 || corners == -5 ? Math.PI : 0);
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
