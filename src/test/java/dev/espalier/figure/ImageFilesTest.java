package dev.espalier.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
    private static final Figure HALF = (g, width, height, theme) -> {
        g.setColor(theme.colour(FigureColour.BACKGROUND));
        g.fill(new Rectangle2D.Double(0, 0, width, height));
        g.setColor(theme.colour(FigureColour.ACCENT));
        g.fill(new Rectangle2D.Double(0, 0, width / 2, height));
    };

    @TempDir
    Path folder;

    @Test
    void writesAnImageAtItsScaleIntoNewFolders() throws Exception {
        var file = folder.resolve("a/b/half.png");
        Png.write(HALF, file, 40, 20, 1.5, Theme.light());
        var image = ImageIO.read(file.toFile());
        assertThat(image.getWidth()).isEqualTo(60);
        assertThat(image.getHeight()).isEqualTo(30);
        assertThat(new Color(image.getRGB(10, 15))).isEqualTo(Theme.light().colour(FigureColour.ACCENT));
        assertThat(new Color(image.getRGB(50, 15))).isEqualTo(Theme.light().colour(FigureColour.BACKGROUND));
    }

    @Test
    void replacesAnOldImageAndLeavesNoOtherFile() throws Exception {
        var file = Files.writeString(folder.resolve("half.png"), "old");
        Png.write(HALF, file, 10, 10, 1, Theme.dark());
        assertThat(ImageIO.read(file.toFile())).isNotNull();
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void rejectsASizeOutOfRangeAndAnUnwritablePath() throws Exception {
        assertThatThrownBy(() -> Png.write(HALF, folder.resolve("x.png"), 0, 10, 1, Theme.light()))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("0 × 10");
        assertThatThrownBy(() -> Png.write(HALF, folder.resolve("x.png"), 30_000, 10, 1, Theme.light()))
                .isInstanceOf(EspalierException.class);
        var file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> Png.write(HALF, file.resolve("x.png"), 10, 10, 1, Theme.light()))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("x.png");
    }

    @Test
    void theScreenImageKeepsItsPixelsWhileItsSizeStays() {
        var image = new FigureImage();
        var pixels = image.render(HALF, 40, 20, 2, Theme.light()).pixels();
        assertThat(image.width()).isEqualTo(80);
        assertThat(pixels).hasSize(80 * 40);
        assertThat(pixels[0])
                .isEqualTo(Theme.light().colour(FigureColour.ACCENT).getRGB());
        assertThat(image.render(HALF, 40, 20, 2, Theme.dark()).pixels()).isSameAs(pixels);
        assertThat(pixels[0]).isEqualTo(Theme.dark().colour(FigureColour.ACCENT).getRGB());
        assertThat(image.render(HALF, 41, 20, 1.25, Theme.dark()).width()).isEqualTo(52);
    }
}
