package dev.espalier.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.search.log.Mode;
import dev.espalier.search.vote.Tally.Ballot;
import dev.espalier.search.vote.Vote;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AccuracyTest {

    @Test
    void passAtKIsTheShareOfSubsetsWithACorrectCandidate() {
        assertThat(Accuracy.passAt(1, 10, 3)).isCloseTo(0.3, within(1e-12));
        // 1 − C(7,2)/C(10,2) = 1 − 21/45
        assertThat(Accuracy.passAt(2, 10, 3)).isCloseTo(24 / 45.0, within(1e-12));
        assertThat(Accuracy.passAt(8, 10, 3)).isEqualTo(1);
        assertThat(Accuracy.passAt(10, 10, 0)).isEqualTo(0);
        assertThat(Accuracy.passAt(11, 10, 3)).isNaN();
    }

    @Test
    void subsetsOfTwoAgreeWithExhaustiveCounting() {
        // right 0.9, wrong 0.5, wrong 0.1: best of two is right in the two subsets of three that hold the right
        // one
        var pool = pool("p", List.of(ballot(0, true, 0.9), ballot(1, false, 0.5), ballot(2, false, 0.1)));
        assertThat(Accuracy.ofVote(List.of(pool), Vote.NAIVE, 2).get("p")).isCloseTo(2 / 3.0, within(0.15));
        assertThat(Accuracy.ofVote(List.of(pool), Vote.NAIVE, 3)).isEqualTo(Map.of("p", 1.0));
        assertThat(Accuracy.ofVote(List.of(pool), Vote.MAJORITY, 3)).isEqualTo(Map.of("p", 0.0));
        assertThat(Accuracy.ofVote(List.of(pool), Vote.NAIVE, 1)).isEqualTo(Map.of("p", 1 / 3.0));
        assertThat(Accuracy.ofVote(List.of(pool), Vote.NAIVE, 4)).isEmpty();
    }

    @Test
    void theIntervalOfADifferenceIsPairedByProblem() {
        var a = new TreeMap<String, Double>();
        var b = new TreeMap<String, Double>();
        for (int i = 0; i < 100; i++) {
            double hard = i % 2;
            a.put("p" + i, hard + (i % 10 == 0 ? 0.1 : 0.05));
            b.put("p" + i, hard);
        }
        var difference = ConfidenceInterval.ofDifference(a, b);
        assertThat(difference.mean()).isCloseTo(0.055, within(1e-9));
        assertThat(difference.clear()).isTrue();
        assertThat(ConfidenceInterval.of(b.values()).high()
                        - ConfidenceInterval.of(b.values()).low())
                .isCloseTo(0.196, within(0.02));
    }

    @Test
    void aucWithinAProblemIgnoresTheDifficultyOfProblems() {
        var easy = pool("easy", List.of(ballot(0, true, 0.8), ballot(1, false, 0.9)));
        var hard = pool("hard", List.of(ballot(0, true, 0.2), ballot(1, false, 0.1), ballot(2, false, 0.2)));
        assertThat(Discrimination.withinProblem(List.of(easy, hard)).values()).containsExactly(0.0, 0.75);
    }

    @Test
    void aCurveOfAPoolHasAPointForEachBudgetUpToItsSize() {
        var pools = new ArrayList<Pool>();
        for (int p = 0; p < 20; p++)
            pools.add(pool(
                    "p" + p,
                    List.of(
                            ballot(0, p % 2 == 0, 0.9),
                            ballot(1, false, 0.5),
                            ballot(2, false, 0.4),
                            ballot(3, true, 0.1))));
        var curve = Curves.ofPool("best-of-n", Vote.NAIVE, pools, List.of(1, 2, 4, 8));
        assertThat(curve.points()).extracting(Curve.Point::n).containsExactly(1, 2, 4);
        var last = curve.points().getLast();
        assertThat(last.accuracy()).isEqualTo(0.5);
        assertThat(last.coverage()).isEqualTo(1);
        assertThat(last.generatedTokens()).isEqualTo(100);
        assertThat(curve.points().getFirst().generatedTokens()).isEqualTo(25);
        assertThat(last.low()).isLessThan(0.5);
        assertThat(last.high()).isGreaterThan(0.5);
    }

    @Test
    void inParityModeABudgetIsTheFirstCandidatesAndNoAnswerMayWin() {
        var ballots = List.of(
                ballot(0, false, 0.1),
                ballot(1, true, 0.9),
                new Ballot(2, "", "", 0.95, false),
                new Ballot(3, "", "", 0.9, false),
                new Ballot(4, "", "", 0.1, false));
        var pool = new Pool("p", 1, 0, ballots, 0, 0, Mode.PARITY);
        assertThat(IntStream.rangeClosed(1, 5)
                        .mapToDouble(n ->
                                Accuracy.ofVote(List.of(pool), Vote.NAIVE, n).get("p")))
                .containsExactly(0.0, 1.0, 0.0, 0.0, 0.0);
        assertThat(Accuracy.ofVote(List.of(pool), Vote.MAJORITY, 5).get("p")).isZero();
    }

    @Test
    void oneUnknownCostMakesTheMeanUnknown() {
        var known = pool("a", List.of(ballot(0, true, 1)));
        var unknown = new Pool("b", 1, 0, List.of(ballot(0, true, 1)), 0, 0);
        var point = Curves.ofPool("majority", Vote.MAJORITY, List.of(known, unknown), List.of(1))
                .points()
                .getFirst();
        assertThat(point.generatedTokens()).isNaN();
        assertThat(point.seconds()).isNaN();
        assertThat(point.accuracy()).isEqualTo(1);
    }

    @Test
    void aPoolWithoutAGoldAnswerCountsNowhere() {
        var graded = List.of(
                pool("a", List.of(ballot(0, true, 1), ballot(1, false, 0.5))),
                pool("b", List.of(ballot(0, false, 1), ballot(1, true, 0.5))));
        var all = new ArrayList<>(graded);
        for (var mode : Mode.values())
            all.add(new Pool(
                    "proof " + mode, 1, 7, List.of(ballot(0, false, 1), ballot(1, false, 0.5)), 0, 0, mode, false));
        for (var vote : Vote.values()) {
            assertThat(Accuracy.ofVote(all, vote)).isEqualTo(Accuracy.ofVote(graded, vote));
            assertThat(Accuracy.ofVote(all, vote, 1)).isEqualTo(Accuracy.ofVote(graded, vote, 1));
            assertThat(Curves.ofPool("v", vote, all, List.of(1, 2)))
                    .isEqualTo(Curves.ofPool("v", vote, graded, List.of(1, 2)));
            assertThat(Curves.ofSearches("v", vote, new TreeMap<>(Map.of(2, all))))
                    .isEqualTo(Curves.ofSearches("v", vote, new TreeMap<>(Map.of(2, graded))));
        }
        assertThat(Accuracy.covered(all)).isEqualTo(Accuracy.covered(graded));
        assertThat(Accuracy.coverage(all, 1)).isEqualTo(Accuracy.coverage(graded, 1));
        assertThat(Discrimination.withinProblem(all)).isEqualTo(Discrimination.withinProblem(graded));
        var none = all.subList(2, all.size());
        assertThat(none)
                .allSatisfy(pool -> assertThat(pool.byLikelihood().graded()).isFalse());
        assertThat(Curves.ofPool("v", Vote.NAIVE, none, List.of(1, 2)).points()).isEmpty();
        assertThat(Curves.ofSearches("v", Vote.NAIVE, new TreeMap<>(Map.of(2, none)))
                        .points())
                .isEmpty();
    }

    private static Pool failed(String problem, int budget) {
        return new Pool(problem, 1, 0, List.of(), 30, 5, Mode.STANDARD, true, budget);
    }

    @Test
    void aFailedSearchCountsAsNotRightAndNotAsAbsent() {
        var right = pool("a", List.of(ballot(0, true, 1), ballot(1, true, 0.5)));
        var all = List.of(right, failed("b", 2));
        for (var vote : Vote.values()) {
            assertThat(Accuracy.ofVote(all, vote)).isEqualTo(Map.of("a", 1.0, "b", 0.0));
            for (int n = 1; n <= 2; n++)
                assertThat(Accuracy.ofVote(all, vote, n)).isEqualTo(Map.of("a", 1.0, "b", 0.0));
            assertThat(Accuracy.ofVote(all, vote, 3)).as("no pool reaches it").isEmpty();
            for (var curve : List.of(
                    Curves.ofPool("v", vote, all, List.of(1, 2)),
                    Curves.ofSearches("v", vote, new TreeMap<>(Map.of(2, all))))) {
                for (var point : curve.points()) {
                    assertThat(point.accuracy()).isEqualTo(0.5);
                    assertThat(point.coverage()).isEqualTo(0.5);
                    assertThat(point.problems()).isEqualTo(2);
                    assertThat(point.failed()).isEqualTo(1);
                    assertThat(point.measured()).containsExactly("a", "b");
                }
                assertThat(curve.points().getLast().generatedTokens())
                        .as("of a finished search")
                        .isEqualTo(100);
            }
        }
        assertThat(Accuracy.covered(all)).isEqualTo(Map.of("a", 1.0, "b", 0.0));
        for (int n = 1; n <= 2; n++) assertThat(Accuracy.coverage(all, n)).isEqualTo(Map.of("a", 1.0, "b", 0.0));
    }

    @Test
    void oneFailedSeedHalvesAProblemAndAllFailedIsZero() {
        var right = pool("a", List.of(ballot(0, true, 1)));
        assertThat(Accuracy.ofVote(List.of(right, failed("a", 1)), Vote.MAJORITY, 1))
                .isEqualTo(Map.of("a", 0.5));
        var point = Curves.ofPool("v", Vote.MAJORITY, List.of(failed("a", 4), failed("b", 4)), List.of(4))
                .points()
                .getFirst();
        assertThat(point.accuracy()).isZero();
        assertThat(point.generatedTokens()).isNaN();
    }

    @Test
    void aFailedSearchOfAProblemWithoutGoldCountsNowhere() {
        var pool = new Pool("a", 1, 0, List.of(), 0, 0, Mode.STANDARD, false, 4);
        assertThat(Accuracy.ofVote(List.of(pool), Vote.MAJORITY)).isEmpty();
        assertThat(Curves.ofPool("v", Vote.NAIVE, List.of(pool), List.of(1, 4)).points())
                .isEmpty();
    }

    @Test
    void aTableSaysWhichProblemsStandBehindItsRows() {
        var a = pool("a", List.of(ballot(0, true, 1), ballot(1, true, 0.5)));
        var b = pool("b", List.of(ballot(0, true, 1)));
        var uneven = Curves.ofPool("majority", Vote.MAJORITY, List.of(a, b), List.of(1, 2));
        assertThat(RowProblems.sentences(List.of(uneven)))
                .containsExactly(
                        "majority at N = 2 lacks 1 of 2 problems: b.",
                        "The rows have different problems; compare only rows with the same ones.");
        assertThat(RowProblems.lacking(List.of(uneven), uneven.points().getLast()))
                .containsExactly("b");
        var even = Curves.ofPool("majority", Vote.MAJORITY, List.of(a, failed("b", 2)), List.of(1, 2));
        assertThat(RowProblems.sentences(List.of(even)))
                .containsExactly("Failed searches count as not right in accuracy and coverage: up to 1 in a row.");
        assertThat(RowProblems.sentences(List.of(Curves.ofPool("m", Vote.MAJORITY, List.of(a), List.of(1, 2)))))
                .isEmpty();
    }

    @Test
    void aCandidateWithoutAScoreSaysNothingAboutTheRewardModel() {
        var scored = pool("a", List.of(ballot(0, true, 0.9), ballot(1, false, 0.1)));
        var more = pool(
                "a",
                List.of(
                        ballot(0, true, 0.9),
                        ballot(1, false, 0.1),
                        ballot(2, true, Double.NaN),
                        ballot(3, false, Double.NaN)));
        assertThat(Discrimination.withinProblem(List.of(more)))
                .isEqualTo(Discrimination.withinProblem(List.of(scored)));
    }

    private static Pool pool(String problem, List<Ballot> ballots) {
        return new Pool(problem, 1, 0, ballots, 100, 1);
    }

    private static Ballot ballot(int candidate, boolean right, double score) {
        return new Ballot(candidate, right ? "right" : "wrong", "", score, right);
    }
}
