package dev.espalier.figure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.analysis.Curve;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Tally;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Requirements of every figure, in both themes, at small and large sizes, with few and many data.
@Tag("slow")
class AllFiguresTest {
    private static final int[][] SIZES = {{240, 120}, {240, 400}, {450, 200}, {800, 500}, {2000, 900}};

    static Stream<Map.Entry<String, Figure>> figures() {
        var figures = new LinkedHashMap<String, Figure>();
        figures.put("tree-beam", tree(SampleSearches.beam(16, 4, 6, 3)));
        figures.put("tree-few", tree(SampleSearches.beam(4, 2, 3, 1)));
        figures.put("tree-best-of-64", tree(SampleSearches.bestOf(64, 3)));
        figures.put("tree-large", tree(SampleSearches.beam(256, 4, 40, 3)));
        figures.put("tree-chain", tree(SampleSearches.chain(150)));
        figures.put("tree-empty", tree(new SearchTree()));
        var beam = SampleSearches.beam(16, 4, 6, 3);
        var marks = SampleSearches.marks(beam);
        figures.put("minimap", new TreeMinimap(TreeLayout.of(beam), marks, new Viewport(300, 30, 1, 1), 500, 300));
        figures.put(
                "minimap-empty",
                new TreeMinimap(
                        TreeLayout.of(new SearchTree()), TreeMarks.NONE, new Viewport(300, 30, 1, 1), 500, 300));
        figures.put("votes", new VotesFigure(SampleSearches.tally(beam, marks.answers()), "12", TaskText.MATHEMATICS));
        figures.put("votes-long", new VotesFigure(manyGroups(), null, TaskText.MATHEMATICS));
        figures.put("votes-empty", new VotesFigure(new Tally(List.of(), 0), null, TaskText.MATHEMATICS));
        figures.put("scores", ScoresFigure.of(beam, marks.highlighted()));
        figures.put("scores-large", ScoresFigure.of(SampleSearches.beam(256, 4, 40, 3), -1));
        figures.put("scores-one-step", ScoresFigure.of(SampleSearches.beam(8, 2, 1, 3), 3));
        figures.put("scores-empty", ScoresFigure.of(new SearchTree(), -1));
        figures.put("curves", new CurveFigure(SampleCurves.all()));
        figures.put("curves-highlighted", new CurveFigure(SampleCurves.all(), "dvts"));
        figures.put("curves-one", new CurveFigure(SampleCurves.all().subList(1, 2)));
        figures.put("curves-point", new CurveFigure(SampleCurves.all().subList(0, 1)));
        figures.put("curves-many", new CurveFigure(manyCurves()));
        figures.put("curves-empty", new CurveFigure(List.of(new Curve("dvts", List.of()))));
        return figures.entrySet().stream();
    }

    private static Figure tree(SearchTree tree) {
        return TreeFigure.fitting(TreeLayout.of(tree), SampleSearches.marks(tree));
    }

    private static Tally manyGroups() {
        return Tally.of(IntStream.range(0, 40)
                .mapToObj(i -> new Tally.Ballot(
                        i, "" + i, i % 3 == 0 ? "x = \\frac{1 + \\sqrt{" + i + "}}{2a - 17b}" : "" + i, 0.5, i == 3))
                .toList());
    }

    private static List<Curve> manyCurves() {
        return IntStream.range(0, 14)
                .mapToObj(i -> SampleCurves.curve("strategy with a long name, number " + i, i % 3, 0.2 + 0.01 * i, 0.3))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("figures")
    void staysInsideItsRectangle(Map.Entry<String, Figure> figure) {
        for (int[] size : SIZES) {
            long outside = TestImages.outside(figure.getValue(), size[0], size[1], Theme.light());
            assertThat(outside)
                    .as(figure.getKey() + " at " + size[0] + " × " + size[1])
                    .isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("figures")
    void paintsSomethingInBothThemes(Map.Entry<String, Figure> figure) {
        for (var theme : List.of(Theme.light(), Theme.dark())) {
            for (int[] size : SIZES) {
                var image = TestImages.draw(figure.getValue(), size[0], size[1], theme);
                assertThat(TestImages.colours(image)).isGreaterThan(3);
                if (figure.getValue() instanceof TreeMinimap) continue;
                assertThat(TestImages.count(image, theme.colour(FigureColour.BACKGROUND)))
                        .isGreaterThan(size[0] * size[1] / 10);
            }
            TestImages.keep(figure.getValue(), figure.getKey() + "-" + TestImages.name(theme), 800, 450, theme);
        }
        TestImages.keep(figure.getValue(), figure.getKey() + "-240", 240, 240, Theme.light());
    }

    @Test
    void drawingAtSizeZeroDoesNotThrow() {
        for (var figure : figures().map(Map.Entry::getValue).toList()) {
            for (int[] size : new int[][] {{1, 1}, {20, 300}, {300, 20}, {60, 60}})
                TestImages.draw(figure, size[0], size[1], Theme.dark());
        }
    }
}
