package dev.espalier.figure;

import java.awt.Graphics2D;

/// Something drawn from plain data, in shapes and text only (no images), so that the same drawing can go onto the screen,
/// into a PNG and into any other writer that is a [Graphics2D]. Immutable; drawing is allowed on any thread.
@FunctionalInterface
public interface Figure {
    /// Fills the rectangle (0, 0, width, height) in user units of 1/96 inch, the background included.
    void draw(Graphics2D g, double width, double height, Theme theme);
}
