package dev.espalier.figure;

/// The visible part of a layout: screen = layout × scale + shift. Each axis has its own scale, so that a wide tree can
/// fill a flat pane.
///
/// @param x,y           the screen position of the layout's origin (the problem)
/// @param scaleX,scaleY screen units per layout unit
public record Viewport(double x, double y, double scaleX, double scaleY) {
    private static final double MIN_SCALE_X = 5e-4;
    private static final double MIN_SCALE_Y = 5e-4;
    private static final double MAX_SCALE_X = 3;
    private static final double MAX_SCALE_Y = 2;

    public Viewport {
        scaleX = Math.clamp(scaleX, MIN_SCALE_X, MAX_SCALE_X);
        scaleY = Math.clamp(scaleY, MIN_SCALE_Y, MAX_SCALE_Y);
    }

    public double screenX(double layoutX) {
        return x + layoutX * scaleX;
    }

    public double screenY(double layoutY) {
        return y + layoutY * scaleY;
    }

    public double layoutX(double screenX) {
        return (screenX - x) / scaleX;
    }

    public double layoutY(double screenY) {
        return (screenY - y) / scaleY;
    }

    public Viewport panned(double dx, double dy) {
        return new Viewport(x + dx, y + dy, scaleX, scaleY);
    }

    /// Zooms in (factor above 1) or out, with a fixed point of the screen.
    public Viewport zoomed(double factor, double screenX, double screenY) {
        var next = new Viewport(0, 0, scaleX * factor, scaleY * factor);
        return new Viewport(
                screenX - layoutX(screenX) * next.scaleX,
                screenY - layoutY(screenY) * next.scaleY,
                next.scaleX,
                next.scaleY);
    }

    /// A viewport between this (share 0) and another (share 1), for animation.
    public Viewport towards(Viewport goal, double share) {
        return new Viewport(
                x + (goal.x - x) * share,
                y + (goal.y - y) * share,
                scaleX + (goal.scaleX - scaleX) * share,
                scaleY + (goal.scaleY - scaleY) * share);
    }

    /// The viewport with a layout point in the centre of a pane.
    public Viewport centredOn(double layoutX, double layoutY, double width, double height) {
        return new Viewport(width / 2 - layoutX * scaleX, height / 2 - layoutY * scaleY, scaleX, scaleY);
    }
}
