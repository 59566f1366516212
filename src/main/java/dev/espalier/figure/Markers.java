package dev.espalier.figure;

import dev.espalier.search.strategy.Method;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.Locale;

/// The markers of methods in charts. A method has the same marker in every chart, so curves can be told apart without
/// colour.
final class Markers {
    private Markers() {}

    /// @param curve the curve's name; it starts with the name of its method
    static Shape of(String curve, double radius) {
        var marker = Method.ofCurve(curve.toLowerCase(Locale.ROOT))
                .map(Method::marker)
                .orElse(Math.floorMod(curve.hashCode(), 2) == 0 ? Method.Marker.PENTAGON : Method.Marker.HEXAGON);
        return switch (marker) {
            case CIRCLE -> new Ellipse2D.Double(-radius, -radius, 2 * radius, 2 * radius);
            case SQUARE -> polygon(4, radius * 1.2, Math.PI / 4);
            case DIAMOND -> polygon(4, radius * 1.2, 0);
            case TRIANGLE -> polygon(3, radius * 1.35, 0);
            case TRIANGLE_DOWN -> polygon(3, radius * 1.35, Math.PI);
            case PENTAGON -> polygon(5, radius * 1.2, 0);
            case HEXAGON -> polygon(6, radius * 1.2, 0);
        };
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
