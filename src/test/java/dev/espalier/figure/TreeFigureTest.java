package dev.espalier.figure;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TreeFigureTest {
    private static final Path FIGURES = Path.of("target/figures");

    @Test
    void drawsInBothThemesAndManySizes() {
        var tree = SampleSearches.beam(16, 4, 7, 3);
        var figure = TreeFigure.fitting(TreeLayout.of(tree), SampleSearches.marks(tree));
        Png.write(figure, FIGURES.resolve("tree-light.png"), 1000, 560, 1.5, Theme.light());
        Png.write(figure, FIGURES.resolve("tree-dark.png"), 1000, 560, 1.5, Theme.dark());
        Png.write(figure, FIGURES.resolve("tree-240.png"), 240, 160, 2, Theme.light());
        Png.write(figure, FIGURES.resolve("tree-400.png"), 400, 300, 2, Theme.dark());
        var bon = SampleSearches.bestOf(64, 3);
        Png.write(TreeFigure.fitting(TreeLayout.of(bon), SampleSearches.marks(bon)), FIGURES.resolve("tree-bon.png"), 1000, 560, 1.5, Theme.light());
        var big = SampleSearches.beam(256, 4, 40, 3);
        Png.write(TreeFigure.fitting(TreeLayout.of(big), SampleSearches.marks(big)), FIGURES.resolve("tree-10000.png"), 1000, 800, 1.5, Theme.light());
        var small = SampleSearches.beam(4, 2, 3, 1);
        Png.write(TreeFigure.fitting(TreeLayout.of(small), SampleSearches.marks(small)), FIGURES.resolve("tree-small.png"), 800, 400, 1.5, Theme.light());
    }
}
