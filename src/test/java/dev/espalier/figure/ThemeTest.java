package dev.espalier.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import java.awt.Color;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThemeTest {
    private static final List<Theme> THEMES = List.of(Theme.light(), Theme.dark());

    /// WCAG 2 relative luminance.
    private static double luminance(Color colour) {
        return 0.2126 * linear(colour.getRed())
                + 0.7152 * linear(colour.getGreen())
                + 0.0722 * linear(colour.getBlue());
    }

    private static double linear(int channel) {
        double c = channel / 255.0;
        return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    }

    private static double contrast(Color a, Color b) {
        double one = luminance(a) + 0.05, other = luminance(b) + 0.05;
        return Math.max(one, other) / Math.min(one, other);
    }

    @Test
    void bothSheetsNameTheSameColours() {
        assertThat(names("/css/espalier-dark.css"))
                .containsExactlyInAnyOrderElementsOf(names("/css/espalier-light.css"));
    }

    /// The names without the score ramp, whose length may differ.
    private static List<String> names(String sheet) {
        return ColourSheet.read(sheet).colours().keySet().stream()
                .filter(name -> !name.startsWith("score-"))
                .toList();
    }

    @Test
    void textHasEnoughContrast() {
        for (var theme : THEMES) {
            assertThat(contrast(theme.colour(FigureColour.TEXT), theme.colour(FigureColour.BACKGROUND)))
                    .isGreaterThan(7);
            assertThat(contrast(theme.colour(FigureColour.TEXT), theme.colour(FigureColour.HIGHLIGHT)))
                    .isGreaterThan(7);
            assertThat(contrast(theme.colour(FigureColour.MUTED), theme.colour(FigureColour.BACKGROUND)))
                    .isGreaterThan(4.5);
            assertThat(contrast(theme.colour(FigureColour.MUTED), theme.colour(FigureColour.PANEL)))
                    .isGreaterThan(4.5);
            assertThat(contrast(theme.colour(FigureColour.ROOT_TEXT), theme.colour(FigureColour.ROOT)))
                    .isGreaterThan(7);
            for (var chip : List.of(FigureColour.RIGHT, FigureColour.WRONG, FigureColour.UNKNOWN)) {
                assertThat(contrast(theme.colour(FigureColour.CHIP_TEXT), theme.colour(chip)))
                        .as(chip.name())
                        .isGreaterThan(4.4);
            }
            for (var mark : List.of(
                    FigureColour.RIGHT_MARK, FigureColour.WRONG_MARK, FigureColour.PATH, FigureColour.SELECTED)) {
                assertThat(contrast(theme.colour(mark), theme.colour(FigureColour.BACKGROUND)))
                        .as(mark.name())
                        .isGreaterThan(3);
            }
            theme.methods()
                    .forEach((name, colour) -> assertThat(contrast(colour, theme.colour(FigureColour.BACKGROUND)))
                            .as(name)
                            .isGreaterThan(2.6));
        }
    }

    @Test
    void higherScoresAreBrighter() {
        for (var theme : THEMES) {
            for (int i = 1; i <= 100; i++) {
                assertThat(luminance(theme.score(i / 100.0)))
                        .isGreaterThanOrEqualTo(luminance(theme.score((i - 1) / 100.0)) - 1e-9);
            }
        }
    }

    @Test
    void scoresOutsideTheRangeAreClampedAndUnscoredIsGrey() {
        for (var theme : THEMES) {
            assertThat(theme.score(-3)).isEqualTo(theme.score(0));
            assertThat(theme.score(7)).isEqualTo(theme.score(1));
            assertThat(theme.score(Double.NaN)).isEqualTo(theme.colour(FigureColour.UNSCORED));
        }
    }

    @Test
    void aSheetMayHaveCommentsAndTransparency() {
        var sheet = ColourSheet.parse(
                "sheet", ".root { /* -espalier-text: #000000; */ -espalier-text : #01020380; -fx-base: #ffffff; }");
        assertThat(sheet.colours()).containsOnlyKeys("text").containsValue(new Color(1, 2, 3, 128));
    }

    @Test
    void aMissingColourIsReported() {
        assertThatThrownBy(() -> Theme.of(ColourSheet.parse("my.css", ".root {}")))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("my.css")
                .hasMessageContaining("-espalier-background");
        assertThatThrownBy(() -> ColourSheet.read("/css/none.css"))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("/css/none.css");
    }
}
