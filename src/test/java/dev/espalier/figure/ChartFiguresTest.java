package dev.espalier.figure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.analysis.Curve;
import dev.espalier.search.log.SearchTree.Fate;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Tally.Ballot;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChartFiguresTest {
    private static final Tally TALLY = Tally.of(List.of(
            new Ballot(0, "", "", 0.9, false),
            new Ballot(1, "", "", 0.9, false),
            new Ballot(2, "12", "12", 0.9, false),
            new Ballot(3, "17", "17", 0.5, true),
            new Ballot(4, "17", "17", 0.6, true),
            new Ballot(5, "15", "15", 0.2, false)));

    @Test
    void groupsAreSortedByVotesThenBySumWithNoAnswerLast() {
        assertThat(new VotesFigure(TALLY, null, TaskText.MATHEMATICS).ordered())
                .extracting(Tally.Group::key)
                .containsExactly("17", "12", "15", "");
    }

    @Test
    void findsTheGroupBelowThePointer() {
        var figure = new VotesFigure(TALLY, "17", TaskText.MATHEMATICS);
        var found = IntStream.range(0, 200)
                .mapToObj(y -> figure.groupAt(100, y, 450, 200, Theme.light()))
                .flatMap(Optional::stream)
                .distinct()
                .toList();
        assertThat(found).containsExactly("17", "12", "15", "");
        assertThat(figure.groupAt(100, 5_000, 450, 200, Theme.light())).isEmpty();
    }

    @Test
    void votesAndSumsAreDrawnOnOneScale() {
        var theme = Theme.light();
        var image = TestImages.draw(new VotesFigure(TALLY, null, TaskText.MATHEMATICS), 450, 200, theme);
        double votes = TestImages.count(image, theme.colour(FigureColour.VOTES)),
                sums = TestImages.count(image, theme.colour(FigureColour.SUMS));
        double total = TALLY.groups().stream().mapToDouble(Tally.Group::sum).sum();
        assertThat(sums / votes).isBetween(total / TALLY.candidates() - 0.08, total / TALLY.candidates() + 0.08);
    }

    @Test
    void withoutScoresThereAreNoSums() {
        var theme = Theme.light();
        var tally = Tally.of(List.of(new Ballot(0, "1", "1", 0, true), new Ballot(1, "2", "2", 0, false)));
        var image = TestImages.draw(new VotesFigure(tally, null, TaskText.MATHEMATICS), 450, 200, theme);
        assertThat(TestImages.count(image, theme.colour(FigureColour.SUMS))).isZero();
        assertThat(TestImages.count(image, theme.colour(FigureColour.VOTES))).isGreaterThan(1_000);
    }

    @Test
    void theSelectedGroupIsHighlighted() {
        var theme = Theme.dark();
        assertThat(TestImages.count(
                        TestImages.draw(new VotesFigure(TALLY, "12", TaskText.MATHEMATICS), 450, 200, theme),
                        theme.colour(FigureColour.HIGHLIGHT)))
                .isGreaterThan(1_000);
        assertThat(TestImages.count(
                        TestImages.draw(new VotesFigure(TALLY, null, TaskText.MATHEMATICS), 450, 200, theme),
                        theme.colour(FigureColour.HIGHLIGHT)))
                .isZero();
    }

    @Test
    void everyScoredNodeIsOneSegment() {
        var tree = SampleSearches.beam(16, 4, 6, 3);
        var figure = ScoresFigure.of(tree, SampleSearches.marks(tree).highlighted());
        assertThat(figure.segments().values().stream().mapToInt(List::size).sum())
                .isEqualTo(tree.nodes().size() - 1);
        assertThat(figure.segments().get(Fate.ENDED)).hasSize(tree.candidates().size());
    }

    @Test
    void theHighlightedPathShowsTheScoresThatVotesUse() {
        var tree = SampleSearches.beam(16, 4, 6, 3);
        var end = tree.candidates().getLast();
        assertThat(ScoresFigure.of(tree, end.id()).highlighted())
                .isEqualTo(end.pathScores())
                .hasSize(6);
        assertThat(ScoresFigure.of(tree, 0).highlighted()).isEmpty();
        assertThat(ScoresFigure.of(SampleSearches.chain(3), 2).highlighted()).containsExactly(Double.NaN, Double.NaN);
    }

    @Test
    void aPointOfACurveIsHitWhereItIsDrawn() {
        var figure = new CurveFigure(SampleCurves.all());
        double width = 900, height = 500;
        Set<Integer> found = IntStream.range(0, (int) width)
                .boxed()
                .flatMap(x -> IntStream.range(0, (int) height / 4)
                        .mapToObj(y -> figure.nearest(x, 4.0 * y, width, height, Theme.light()))
                        .flatMap(Optional::stream))
                .filter(measured -> measured.curve().strategy().equals("dvts"))
                .map(measured -> measured.point().n())
                .collect(Collectors.toSet());
        assertThat(found).containsExactlyInAnyOrder(4, 8, 16, 32, 64, 128, 256);
    }

    @Test
    void aMeasuredPointLiesUnderItsMarker() {
        var curve = SampleCurves.curve("dvts", 2, 0.33, 0.24);
        var figure = new CurveFigure(List.of(curve));
        var theme = Theme.light();
        var frame = new CurveScales(List.of(curve), 900, 500, theme).frame();
        var image = TestImages.draw(figure, 900, 500, theme);
        for (var point : curve.points()) {
            assertThat(TestImages.at(
                            image, frame.x(CurveFigure.log2(point.n())) - 0.5, frame.y(point.accuracy()) - 0.5))
                    .isEqualTo(theme.series("dvts"));
        }
    }

    @Test
    void aMethodHasTheSameColourInEveryFigure() {
        for (var theme : List.of(Theme.light(), Theme.dark())) {
            assertThat(theme.series("beam-search M=4"))
                    .isEqualTo(theme.series("beam-search"))
                    .isEqualTo(theme.series("Beam search"));
            assertThat(List.of("greedy", "majority", "best-of-n", "weighted", "beam-search", "dvts").stream()
                            .map(theme::series))
                    .doesNotHaveDuplicates();
            assertThat(theme.series("something else")).isEqualTo(theme.series("something else"));
        }
    }

    @Test
    void pointsWithoutAccuracyAreOmitted() {
        double none = Double.NaN;
        var curve = new Curve(
                "dvts",
                List.of(
                        new Curve.Point(8, 1, 1, none, none, none, none, 0, 0),
                        new Curve.Point(4, 1, 1, 0.5, none, none, none, 0, 0)));
        var figure = new CurveFigure(List.of(curve));
        assertThat(figure.curves().getFirst().points())
                .extracting(Curve.Point::n)
                .containsExactly(4);
        TestImages.draw(figure, 400, 300, Theme.light());
    }

    @Test
    void labelsAreMovedApart() {
        double[] at = {100, 101, 102, 190};
        CurveLabels.spread(at, 20, 200);
        assertThat(at).containsExactly(100, 115, 130, 190);
        double[] low = {190, 195, 199};
        CurveLabels.spread(low, 20, 200);
        assertThat(low).containsExactly(170, 185, 200);
    }
}
