package dev.espalier.ui.shell;

import java.util.List;

/// A rectangle on the desktop, in desktop units.
record Bounds(double x, double y, double width, double height) {

    /// These bounds if a screen shows enough of them to drag the window, otherwise bounds in the centre of the
    /// first screen.
    Bounds on(List<Bounds> screens) {
        if (screens.isEmpty()) return this;
        for (var screen : screens) {
            double w = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x);
            double h = Math.min(y + height, screen.y + screen.height) - Math.max(y, screen.y);
            if (w >= 200 && h >= 100 && y >= screen.y - 10) return this;
        }
        var first = screens.getFirst();
        double w = Math.min(width, first.width);
        double h = Math.min(height, first.height);
        return new Bounds(first.x + (first.width - w) / 2, first.y + (first.height - h) / 2, w, h);
    }
}
