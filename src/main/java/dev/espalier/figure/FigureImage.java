package dev.espalier.figure;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;

/// A reusable bitmap for the screen: premultiplied ARGB, one int per pixel, rows from the top without padding, as
/// JavaFX's `PixelFormat.getIntArgbPreInstance()` reads them. Not thread-safe: one thread renders, then passes the
/// image on.
public final class FigureImage {
    private BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB_PRE);

    /// Draws into the bitmap. Allocates a new one (and new [#pixels]) only if the size changes.
    ///
    /// @param width,height in user units
    /// @param scale        pixels per user unit: the output scale of the screen
    public FigureImage render(Figure figure, double width, double height, double scale, Theme theme) {
        int columns = Math.max(1, (int) Math.ceil(width * scale - 1e-6));
        int rows = Math.max(1, (int) Math.ceil(height * scale - 1e-6));
        if (image.getWidth() != columns || image.getHeight() != rows)
            image = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_ARGB_PRE);
        paint(figure, image, width, height, scale, theme);
        return this;
    }

    static void paint(Figure figure, BufferedImage image, double width, double height, double scale, Theme theme) {
        Graphics2D g = image.createGraphics();
        try {
            g.setBackground(theme.colour(FigureColour.BACKGROUND));
            g.clearRect(0, 0, image.getWidth(), image.getHeight());
            g.scale(scale, scale);
            smooth(g);
            figure.draw(g, width, height, theme);
        } finally {
            g.dispose();
        }
    }

    static void smooth(Graphics2D g) {
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    }

    /// The live pixels, `width() * height()` of them. The next render overwrites them.
    public int[] pixels() {
        return ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    }

    /// In pixels.
    public int width() {
        return image.getWidth();
    }

    /// In pixels.
    public int height() {
        return image.getHeight();
    }

    public BufferedImage image() {
        return image;
    }
}
