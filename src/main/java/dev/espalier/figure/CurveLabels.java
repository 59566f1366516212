package dev.espalier.figure;

import dev.espalier.analysis.Curve;
import dev.espalier.search.strategy.Method;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.util.Comparator;
import java.util.List;

/// Draws names and last values to the right of the curves' ends, moved apart if ends are close.
final class CurveLabels {
    static final double LINE_HEIGHT = 15;
    private static final double FONT_SIZE = 11;

    private CurveLabels() {}

    static double width(Theme theme, List<Curve> curves) {
        return curves.stream()
                .mapToDouble(curve -> FigureText.width(theme.font(FONT_SIZE), text(curve)))
                .max()
                .orElse(0);
    }

    private static String text(Curve curve) {
        return Method.label(curve.strategy()) + "  "
                + Math.round(curve.points().getLast().accuracy() * 100) + "%";
    }

    static void draw(Graphics2D g, Theme theme, PlotFrame frame, List<Curve> curves) {
        var named = curves.stream()
                .filter(curve -> !CurveFigure.isHorizontal(curve))
                .sorted(Comparator.comparingDouble(
                                (Curve curve) -> curve.points().getLast().accuracy())
                        .reversed())
                .toList();
        var at = named.stream()
                .mapToDouble(curve -> frame.y(curve.points().getLast().accuracy()))
                .toArray();
        spread(at, frame.top() + 4, frame.bottom() - 4);
        for (int i = 0; i < at.length; i++) {
            var curve = named.get(i);
            var point = curve.points().getLast();
            double x = frame.x(CurveFigure.log2(point.n())), y = frame.y(point.accuracy()), labelX = frame.right() + 18;
            g.setColor(theme.colour(FigureColour.GRID));
            g.setStroke(new BasicStroke(1));
            if (Math.abs(at[i] - y) > 3) g.draw(new Line2D.Double(x + 6, y, labelX - 14, at[i]));
            FigureText.left(g, theme.font(FONT_SIZE), theme.colour(FigureColour.TEXT), text(curve), labelX, at[i]);
            g.setColor(theme.series(curve.strategy()));
            g.fill(Markers.at(Markers.of(curve.strategy(), 3.4), labelX - 8, at[i]));
        }
    }

    /// Moves ascending positions at least one line apart: downwards by as little as possible, then up from the
    /// bottom.
    static void spread(double[] at, double top, double bottom) {
        for (int i = 0; i < at.length; i++) at[i] = Math.max(at[i], i == 0 ? top : at[i - 1] + LINE_HEIGHT);
        for (int i = at.length - 1; i >= 0; i--)
            at[i] = Math.min(at[i], i == at.length - 1 ? bottom : at[i + 1] - LINE_HEIGHT);
    }
}
