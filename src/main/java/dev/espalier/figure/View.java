package dev.espalier.figure;

/// Which part of a layout is seen: screen = layout × scale + shift, each axis apart, so that a wide tree can fill a flat pane.
///
/// @param x,y           where the layout's origin (the problem) is on the screen
/// @param scaleX,scaleY screen units a layout unit
public record View(double x, double y, double scaleX, double scaleY) {
    private static final double LEAST_X = 5e-4;
    private static final double LEAST_Y = 5e-4;
    private static final double MOST_X = 3;
    private static final double MOST_Y = 2;

    public View {
        scaleX = Math.clamp(scaleX, LEAST_X, MOST_X);
        scaleY = Math.clamp(scaleY, LEAST_Y, MOST_Y);
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

    public View panned(double dx, double dy) {
        return new View(x + dx, y + dy, scaleX, scaleY);
    }

    /// Larger (factor above 1) or smaller; the point of the screen stays where it is.
    public View zoomed(double factor, double screenX, double screenY) {
        var next = new View(0, 0, scaleX * factor, scaleY * factor);
        return new View(screenX - layoutX(screenX) * next.scaleX, screenY - layoutY(screenY) * next.scaleY, next.scaleX, next.scaleY);
    }

    /// A step of the way to another view, share 0 to 1: for gliding.
    public View towards(View goal, double share) {
        return new View(x + (goal.x - x) * share, y + (goal.y - y) * share,
                scaleX + (goal.scaleX - scaleX) * share, scaleY + (goal.scaleY - scaleY) * share);
    }

    /// The view with a layout point in the middle of a pane.
    public View centredOn(double layoutX, double layoutY, double width, double height) {
        return new View(width / 2 - layoutX * scaleX, height / 2 - layoutY * scaleY, scaleX, scaleY);
    }
}
