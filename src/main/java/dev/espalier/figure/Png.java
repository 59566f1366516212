package dev.espalier.figure;

import dev.espalier.EspalierException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.imageio.ImageIO;

/// Writes figures as PNG files.
public final class Png {
    private static final int MAX_SIDE = 20_000;

    private Png() {}

    /// Writes a figure; creates missing folders. Writes a temporary file and moves it, so the file is never
    /// incomplete.
    ///
    /// @param width,height in user units
    /// @param scale        pixels per user unit, for example 2 for print
    /// @throws EspalierException if the size is out of range or the file cannot be written
    public static void write(Figure figure, Path file, int width, int height, double scale, Theme theme) {
        double columns = Math.ceil(width * scale), rows = Math.ceil(height * scale);
        if (!(columns >= 1 && rows >= 1 && columns <= MAX_SIDE && rows <= MAX_SIDE)) {
            throw new EspalierException("An image must be 1 to " + MAX_SIDE + " pixels wide and high, not "
                    + (long) columns + " × " + (long) rows + ". Choose another size or scale.");
        }
        var image = new BufferedImage((int) columns, (int) rows, BufferedImage.TYPE_INT_RGB);
        FigureImage.paint(figure, image, width, height, scale, theme);
        var target = file.toAbsolutePath();
        try {
            Files.createDirectories(target.getParent());
            var temporary = target.resolveSibling("." + target.getFileName() + ".draft");
            try {
                if (!ImageIO.write(image, "png", temporary.toFile()))
                    throw new IOException("this Java has no PNG writer");
                move(temporary, target);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new EspalierException(
                    "The image " + file + " cannot be written: " + e.getMessage()
                            + ". Choose a folder that you may write to.",
                    e);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException _) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
