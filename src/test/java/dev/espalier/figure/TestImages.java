package dev.espalier.figure;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.HashSet;

/// Draws figures for tests: tests check pixels, and people look at the files.
final class TestImages {
    private static final int MARGIN = 60;

    private TestImages() {}

    static void keep(Figure figure, String name, int width, int height, Theme theme) {
        Png.write(figure, Path.of("target/figures", name + ".png"), width, height, 1.5, theme);
    }

    static String name(Theme theme) {
        return theme == Theme.light() ? "light" : "dark";
    }

    static BufferedImage draw(Figure figure, double width, double height, Theme theme) {
        return new FigureImage().render(figure, width, height, 1, theme).image();
    }

    static Color at(BufferedImage image, double x, double y) {
        return new Color(image.getRGB((int) Math.round(x), (int) Math.round(y)));
    }

    /// Stops counting at ten.
    static int colours(BufferedImage image) {
        var seen = new HashSet<Integer>();
        for (int y = 0; y < image.getHeight(); y++)
            for (int x = 0; x < image.getWidth() && seen.size() < 10; x++) seen.add(image.getRGB(x, y));
        return seen.size();
    }

    static long count(BufferedImage image, Color colour) {
        long count = 0;
        for (int y = 0; y < image.getHeight(); y++)
            for (int x = 0; x < image.getWidth(); x++) if (image.getRGB(x, y) == colour.getRGB()) count++;
        return count;
    }

    /// Counts the pixels outside the figure's rectangle: overlong text, protruding marks.
    static long outside(Figure figure, int width, int height, Theme theme) {
        var image = new BufferedImage(width + 2 * MARGIN, height + 2 * MARGIN, BufferedImage.TYPE_INT_ARGB);
        var g = image.createGraphics();
        g.translate(MARGIN, MARGIN);
        figure.draw(g, width, height, theme);
        g.dispose();
        long outside = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                boolean inside = x >= MARGIN - 1 && y >= MARGIN - 1 && x <= width + MARGIN && y <= height + MARGIN;
                if (!inside && (image.getRGB(x, y) >>> 24) > 0) outside++;
            }
        }
        return outside;
    }
}
