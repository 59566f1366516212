package dev.espalier.figure;

import java.awt.Graphics2D;

/// A drawing made of plain data, with shapes and text only (no bitmaps), so it can be drawn on screen, in a PNG and by
/// any other [Graphics2D]. Immutable. Drawing is allowed on any thread.
@FunctionalInterface
public interface Figure {
    /// Fills the rectangle (0, 0, width, height), background included. Units are 1/96 inch.
    void draw(Graphics2D g, double width, double height, Theme theme);
}
