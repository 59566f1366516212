package dev.espalier.figure;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.AxisSpace;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.RectangleInsets;

/// The data area and both scales of a chart. Fixed before drawing, so that overlays and hit tests agree with the chart.
/// In user units of the figure.
///
/// @param left,top,right,bottom whole numbers, as JFreeChart rounds its data area
record PlotFrame(
        double width,
        double height,
        double left,
        double top,
        double right,
        double bottom,
        double lowX,
        double highX,
        double lowY,
        double highY) {

    PlotFrame {
        left = Math.ceil(left);
        top = Math.ceil(top);
        right = Math.max(left + 1, Math.floor(right));
        bottom = Math.max(top + 1, Math.floor(bottom));
    }

    double x(double value) {
        return left + (value - lowX) / (highX - lowX) * (right - left);
    }

    double y(double value) {
        return bottom - (value - lowY) / (highY - lowY) * (bottom - top);
    }

    Rectangle2D area() {
        return new Rectangle2D.Double(left, top, right - left, bottom - top);
    }

    XYPlot plot(Theme theme, NumberTickUnit unitX, NumberTickUnit unitY) {
        var plot = new XYPlot();
        plot.setDomainAxis(axis(theme, lowX, highX, unitX));
        plot.setRangeAxis(axis(theme, lowY, highY, unitY));
        var below = new AxisSpace();
        below.setTop(top);
        below.setBottom(height - bottom);
        plot.setFixedDomainAxisSpace(below);
        var sideSpace = new AxisSpace();
        sideSpace.setLeft(left);
        sideSpace.setRight(width - right);
        plot.setFixedRangeAxisSpace(sideSpace);
        plot.setInsets(RectangleInsets.ZERO_INSETS);
        plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
        plot.setBackgroundPaint(null);
        plot.setOutlineVisible(false);
        plot.setDomainGridlinesVisible(false);
        plot.setRangeGridlinePaint(theme.colour(FigureColour.GRID));
        plot.setRangeGridlineStroke(new BasicStroke(1));
        plot.setRangeZeroBaselineVisible(false);
        plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
        return plot;
    }

    private static NumberAxis axis(Theme theme, double low, double high, NumberTickUnit unit) {
        var axis = new NumberAxis();
        axis.setRange(low, high);
        axis.setTickUnit(unit);
        axis.setTickLabelFont(theme.font(11));
        axis.setTickLabelPaint(theme.colour(FigureColour.MUTED));
        axis.setAxisLineVisible(false);
        axis.setTickMarksVisible(false);
        return axis;
    }

    /// Draws the chart, and the names of its axes if the chart is high enough.
    void draw(Graphics2D g, Theme theme, XYPlot plot, String nameX, String nameY) {
        var chart = new JFreeChart(null, null, plot, false);
        chart.setBackgroundPaint(null);
        chart.setPadding(RectangleInsets.ZERO_INSETS);
        chart.setAntiAlias(true);
        chart.setTextAntiAlias(true);
        chart.draw(g, new Rectangle2D.Double(0, 0, width, height));
        FigureImage.smooth(g);
        g.setColor(theme.colour(FigureColour.BORDER));
        g.setStroke(new BasicStroke(1));
        g.draw(new Line2D.Double(left, bottom, right, bottom));
        var font = theme.font(11);
        if (named(height))
            FigureText.centre(
                    g,
                    font,
                    theme.colour(FigureColour.MUTED),
                    FigureText.shortened(font, nameX, right - left),
                    (left + right) / 2,
                    height - 9);
        if (named(height))
            FigureText.left(
                    g,
                    font,
                    theme.colour(FigureColour.MUTED),
                    FigureText.shortened(font, nameY, width - 20),
                    10,
                    top - 14);
    }

    /// Returns true if a chart is high enough to name its axes.
    static boolean named(double height) {
        return height >= 230;
    }

    /// The height above the data area: for ticks and, if named, the axis name.
    static double above(double height) {
        return named(height) ? 24 : 10;
    }

    static double below(double height) {
        return named(height) ? 38 : 24;
    }
}
