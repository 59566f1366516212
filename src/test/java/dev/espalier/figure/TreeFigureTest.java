package dev.espalier.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Step;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.SearchTree.Fate;
import java.awt.Color;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeFigureTest {
    private static final double WIDTH = 1000;
    private static final double HEIGHT = 560;

    private final SearchTree tree = SampleSearches.beam(16, 4, 6, 3);
    private final TreeLayout layout = TreeLayout.of(tree);
    private final TreeMarks marks = SampleSearches.marks(tree);

    private TreeFigure figure(TreeMarks shown) {
        return new TreeFigure(layout, shown, TreeFigure.fit(layout, WIDTH, HEIGHT, Theme.light()));
    }

    @Test
    void everyNodeIsHitWhereItIsDrawn() {
        var figure = figure(marks);
        for (int node = 0; node < layout.size(); node++) {
            assertThat(figure.hit(
                            figure.view().screenX(layout.x(node)), figure.view().screenY(layout.y(node))))
                    .hasValue(node);
        }
    }

    @Test
    void nothingIsHitBetweenRows() {
        var figure = figure(marks);
        assertThat(figure.hit(WIDTH / 2, figure.view().screenY(2.5 * TreeLayout.ROW)))
                .isEmpty();
        assertThat(figure.hit(-500, -500)).isEmpty();
    }

    @Test
    void keptNodesShowTheirScoreAndPrunedOnesAreFainterAndSmaller() {
        for (var theme : List.of(Theme.light(), Theme.dark())) {
            var figure = figure(TreeMarks.NONE);
            var image = TestImages.draw(figure, WIDTH, HEIGHT, theme);
            for (var node : tree.nodes()) {
                if (node.id() == 0) continue;
                double x = figure.view().screenX(layout.x(node.id())),
                        y = figure.view().screenY(layout.y(node.id()));
                var colour = TestImages.at(image, x - 0.5, y - 0.5);
                var score = theme.score(node.score());
                if (node.fate() == Fate.KEPT)
                    assertThat(distance(colour, score)).isLessThan(4);
                if (node.fate() == Fate.PRUNED)
                    assertThat(distance(colour, score)).as("node " + node.id()).isGreaterThan(20);
                var beside = TestImages.at(image, x - 4.5, y - 3.5);
                if (node.fate() == Fate.KEPT)
                    assertThat(distance(beside, score)).isLessThan(90);
            }
        }
    }

    private static double distance(Color a, Color b) {
        return Math.hypot(Math.hypot(a.getRed() - b.getRed(), a.getGreen() - b.getGreen()), a.getBlue() - b.getBlue());
    }

    @Test
    void unscoredNodesAreHollow() {
        var chain = SampleSearches.chain(3);
        var of = TreeLayout.of(chain);
        var view = TreeFigure.fit(of, WIDTH, HEIGHT, Theme.light());
        var image = TestImages.draw(new TreeFigure(of, TreeMarks.NONE, view), WIDTH, HEIGHT, Theme.light());
        assertThat(TestImages.at(image, view.screenX(of.x(2)), view.screenY(of.y(2))))
                .isEqualTo(Theme.light().colour(FigureColour.BACKGROUND));
    }

    @Test
    void theHighlightedPathAndTheRingAreDrawn() {
        var theme = Theme.light();
        var with = TestImages.draw(figure(marks), WIDTH, HEIGHT, theme);
        var without = TestImages.draw(figure(TreeMarks.NONE), WIDTH, HEIGHT, theme);
        assertThat(TestImages.count(with, theme.colour(FigureColour.PATH)))
                .isGreaterThan(TestImages.count(without, theme.colour(FigureColour.PATH)) + 200);
        assertThat(TestImages.count(with, theme.colour(FigureColour.SELECTED)))
                .isGreaterThan(TestImages.count(without, theme.colour(FigureColour.SELECTED)) + 20);
    }

    @Test
    void rightAndWrongAnswersAreDrawn() {
        var theme = Theme.dark();
        var image = TestImages.draw(figure(marks), WIDTH, HEIGHT, theme);
        assertThat(TestImages.count(image, theme.colour(FigureColour.RIGHT))).isGreaterThan(200);
        assertThat(TestImages.count(image, theme.colour(FigureColour.WRONG))).isGreaterThan(200);
    }

    @Test
    void marksOfMissingNodesAreIgnored() {
        TestImages.draw(
                figure(new TreeMarks(
                        Map.of(99, new DisplayedAnswer("1", DisplayedAnswer.Correctness.RIGHT)),
                        5_000,
                        5_000,
                        5_000,
                        77)),
                WIDTH,
                HEIGHT,
                Theme.light());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.3, 1, 2.5})
    void everyZoomCanBeDrawn(double zoom) {
        var view = figure(marks).view().zoomed(zoom, 400, 200);
        TestImages.keep(
                new TreeFigure(layout, marks.withHovered(5), view),
                "tree-zoom-" + zoom,
                (int) WIDTH,
                (int) HEIGHT,
                Theme.light());
        assertThat(TestImages.colours(
                        TestImages.draw(new TreeFigure(layout, marks, view), WIDTH, HEIGHT, Theme.light())))
                .isGreaterThan(3);
    }

    @Test
    void zoomingKeepsThePointUnderThePointer() {
        var view = figure(marks).view();
        var zoomed = view.zoomed(1.7, 300, 200);
        assertThat(zoomed.layoutX(300)).isCloseTo(view.layoutX(300), within(1e-9));
        assertThat(zoomed.layoutY(200)).isCloseTo(view.layoutY(200), within(1e-9));
    }

    @Test
    void theFittingViewportShowsEveryNode() {
        for (double[] size : new double[][] {{240, 160}, {500, 300}, {2000, 900}}) {
            var view = TreeFigure.fit(layout, size[0], size[1], Theme.light());
            for (int node = 0; node < layout.size(); node++) {
                assertThat(view.screenX(layout.x(node))).isBetween(4.0, size[0] - 4);
                assertThat(view.screenY(layout.y(node))).isBetween(4.0, size[1] - 4);
            }
        }
    }

    @Test
    void aLongAnswerIsShortenedInsideThePane() {
        var step = List.of(Step.of("s", new int[0], new float[0]));
        var one = SearchTree.of(List.of(
                new SearchEvent.Sampled(1, 0, 0, 1, step, Finish.STOP, Cost.NONE),
                new SearchEvent.Ended(0, 1, Finish.STOP)));
        var answer = new DisplayedAnswer(
                PlainMath.of("x = \\frac{1 + \\sqrt{5}}{2} \\text{ or its conjugate, whichever is larger}"),
                DisplayedAnswer.Correctness.RIGHT);
        var shown = TreeMarks.NONE.withAnswers(Map.of(0, answer));
        assertThat(TestImages.outside(TreeFigure.fitting(TreeLayout.of(one), shown), 240, 200, Theme.light()))
                .isZero();
    }
}
