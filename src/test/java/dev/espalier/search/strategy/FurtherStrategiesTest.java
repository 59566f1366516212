package dev.espalier.search.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.SampleKey;
import dev.espalier.model.Step;
import dev.espalier.search.FakeModels;
import dev.espalier.search.Runs;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Tally;
import dev.espalier.task.Tasks;
import dev.espalier.task.Verdicts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Rules of individual strategies. [EveryStrategyTest] tests the common ones.
class FurtherStrategiesTest {

    // Beam search over tokens

    private record Text(String text, double logProb) {}

    @Test
    void aBeamAsWideAsAllTextsFindsTheMostProbableOnes() {
        var all = new ArrayList<Text>();
        enumerate(Step.Text.EMPTY, 0, 0, all);
        all.sort(Comparator.comparingDouble(text -> -text.logProb()));
        var found = beam(1600, 0).stream().map(candidate -> text(candidate)).toList();
        assertThat(found.subList(0, 20))
                .isEqualTo(all.subList(0, 20).stream().map(Text::text).toList());
    }

    /// All texts of at most four tokens that the fake policy can write.
    private static void enumerate(Step begun, double logProb, int length, List<Text> all) {
        if (length == 4) {
            all.add(new Text(begun.text(), logProb));
            return;
        }
        for (var choice : FakeModels.foresight(
                        new LanguageModel.Call(
                                Runs.PROBLEM.text(),
                                List.of(),
                                true,
                                Generation.DEFAULT,
                                1,
                                SampleKey.of(0, "", List.of())),
                        begun,
                        7)
                .choices()) {
            if (choice.text().contains("\n\n")) continue;
            if (choice.ends()) all.add(new Text(begun.text(), logProb + choice.logProb()));
            else
                enumerate(
                        begun.append(choice.token(), choice.text(), choice.logProb()),
                        logProb + choice.logProb(),
                        length + 1,
                        all);
        }
    }

    private static String text(Candidate candidate) {
        return candidate.text();
    }

    /// Texts that contain a step end are left out, because after one the fake policy gets the path as several
    /// steps.
    private static List<Candidate> beam(int n, double penalty) {
        var config = new SearchConfig(
                "log-prob-beam",
                Parameters.of(Map.of("N", n, "length-penalty", penalty)),
                Generation.DEFAULT.withMaxNewTokens(4),
                Reduction.LAST,
                1,
                "fake",
                "00",
                "fake",
                "00");
        return Candidate.of(SearchTree.of(Runs.log(config, FakeModels.prompt()))).stream()
                .filter(candidate -> !candidate.text().contains("\n\n"))
                .toList();
    }

    @Test
    void aBeamOfOneTakesTheMostProbableTokenEachTime() {
        var text = beam(1, 1).getFirst();
        var begun = Step.Text.EMPTY;
        while (true) {
            var best = FakeModels.foresight(
                            new LanguageModel.Call(
                                    Runs.PROBLEM.text(),
                                    List.of(),
                                    true,
                                    Generation.DEFAULT,
                                    1,
                                    SampleKey.of(0, "", List.of())),
                            begun,
                            1)
                    .choices()
                    .getFirst();
            if (best.ends() || begun.tokens().length == 4) break;
            begun = begun.append(best.token(), best.text(), best.logProb());
        }
        assertThat(text.text()).isEqualTo(begun.text());
    }

    // Adaptive sampling

    @Test
    void theBetaPosteriorIsThatOfTwoAnswers() {
        assertThat(Posterior.ofTwo(1, 1)).isCloseTo(0.5, within(1e-12));
        assertThat(Posterior.ofTwo(1, 0)).isCloseTo(0.75, within(1e-12));
        // P(Beta(4, 1) > ½) = 1 − ½⁴
        assertThat(Posterior.ofTwo(3, 0)).isCloseTo(15 / 16.0, within(1e-12));
        assertThat(Posterior.ofTwo(2000, 1000)).isCloseTo(1, within(1e-9));
    }

    @Test
    void theDirichletPosteriorOfTwoIsTheBetaPosteriorAndOfThreeEqualOnesAThird() {
        for (int first = 0; first < 12; first++)
            for (int second = 0; second <= first; second++)
                assertThat(Posterior.ofAll(List.of(first, second)))
                        .isCloseTo(Posterior.ofTwo(first, second), within(1e-6));
        assertThat(Posterior.ofAll(List.of(2, 2, 2))).isCloseTo(1 / 3.0, within(1e-6));
        assertThat(Posterior.ofAll(List.of(900, 10, 10))).isCloseTo(1, within(1e-6));
    }

    @Test
    void aSettledVoteStopsTheSearchAndItsCandidatesAreTheFirstOfBestOfN() {
        var adaptive =
                Runs.log(Runs.config("adaptive-sampling", Map.of("N", 64, "threshold", 0.7), 5), FakeModels.prompt());
        var all = Candidate.of(
                SearchTree.of(Runs.log(Runs.config("best-of-n", Map.of("N", 64), 5), FakeModels.prompt())));
        var candidates = Candidate.of(SearchTree.of(adaptive));
        assertThat(candidates).hasSizeLessThan(64).isEqualTo(all.subList(0, candidates.size()));
        var votes = Runs.of(SearchEvent.Voted.class, adaptive);
        assertThat(votes.getLast().confidence()).isGreaterThanOrEqualTo(0.7);
        assertThat(votes.subList(0, votes.size() - 1)).allMatch(voted -> voted.confidence() < 0.7);
    }

    // Particle filtering

    @Test
    void resamplingIsSystematic() {
        assertThat(ParticleFilter.resampleCounts(new double[] {0.25, 0.25, 0.25, 0.25}, 4, 0.9))
                .containsExactly(1, 1, 1, 1);
        assertThat(ParticleFilter.resampleCounts(new double[] {0.5, 0.3, 0.2}, 4, 0.5))
                .containsExactly(2, 1, 1);
        assertThat(ParticleFilter.resampleCounts(new double[] {0, 1, 0}, 8, 0.3))
                .containsExactly(0, 8, 0);
    }

    @Test
    void pathsThatAreDrawnSeveralTimesHaveAsManyChildren() {
        var log = Runs.log(Runs.config("particle-filtering", Map.of("N", 8), 3), FakeModels.prompt());
        var tree = SearchTree.of(log);
        var first = Runs.of(SearchEvent.Selected.class, log).getFirst();
        assertThat(tree.candidates()).hasSize(8);
        for (var kept : first.kept()) {
            var node = tree.node(kept.node());
            int particles = Integer.parseInt(kept.reason().replaceAll(".*, (\\d+) of 8 particles", "$1"));
            if (!node.finish().ends()) assertThat(node.children()).hasSize(particles);
        }
    }

    // Tree search

    @Test
    void aSimulationExpandsItsLeafWithMChildren() {
        var log = Runs.log(Runs.config("mcts", Map.of("N", 4, "M", 3), 3), FakeModels.prompt());
        for (int i = 0; i < log.size(); i++) {
            if (!(log.get(i) instanceof SearchEvent.Selected(var _, var kept, var _)) || kept.isEmpty()) continue;
            int leaf = kept.getFirst().node();
            var asked = Runs.of(SearchEvent.Asked.class, log.subList(i, log.size()))
                    .getFirst()
                    .requests();
            assertThat(asked)
                    .hasSize(3)
                    .allMatch(request -> request instanceof Request.Sample sample && sample.parent() == leaf);
            assertThat(kept.getFirst().reason()).startsWith("PUCT ");
        }
    }

    @Test
    void withoutExplorationTheFirstSimulationTakesTheBestChild() {
        var log = Runs.log(Runs.config("mcts", Map.of("N", 4, "M", 4, "c", 0), 3), FakeModels.prompt());
        var tree = SearchTree.of(log.subList(
                0, log.indexOf(Runs.of(SearchEvent.Selected.class, log).getFirst())));
        var best = tree.root().children().stream()
                .filter(node -> !node.finish().ends())
                .max(Comparator.comparingDouble(SearchTree.Node::score))
                .orElseThrow();
        assertThat(Runs.of(SearchEvent.Selected.class, log)
                        .getFirst()
                        .kept()
                        .getFirst()
                        .node())
                .isEqualTo(best.id());
    }

    // Revision

    @Test
    void aRevisionPromptHasThePreviousAttemptAndItsLowestStep() {
        var log = Runs.log(Runs.config("revision", Map.of("N", 4, "R", 2, "critique", 1), 3), FakeModels.prompt());
        var tree = SearchTree.of(log);
        assertThat(tree.candidates()).hasSize(4);
        var first = tree.candidates().get(0);
        var second = tree.candidates().get(1);
        assertThat(tree.variant(second.id()).prompt())
                .contains(Runs.PROBLEM.text())
                .contains(tree.text(first.id()).strip())
                .containsPattern("Step \\d+ was judged least likely");
        assertThat(tree.isBelow(second, first)).isTrue();
        assertThat(tree.text(second.id())).doesNotContain(tree.text(first.id()));
    }

    @Test
    void thePolicysCritiqueIsInTheNextPromptAndNotACandidate() {
        var log = Runs.log(Runs.config("revision", Map.of("N", 2, "R", 2, "critique", 2), 3), FakeModels.prompt());
        var tree = SearchTree.of(log);
        assertThat(tree.candidates()).hasSize(2);
        var critique = tree.lineage(tree.candidates().get(1).id()).stream()
                .filter(node -> tree.variant(node.id()).prompt().contains("Go through the attempt"))
                .toList();
        assertThat(critique).isNotEmpty().allMatch(node -> node.candidate() < 0 && !node.scored());
        assertThat(tree.variant(tree.candidates().get(1).id()).prompt())
                .contains(tree.text(critique.getLast().id()).strip());
    }

    @Test
    void chainsMustFillTheBudget() {
        assertThatThrownBy(() -> Runs.config("revision", Map.of("N", 6, "R", 4), 1))
                .hasMessageContaining("R must divide N")
                .hasMessageContaining("Set N to 4");
    }

    // Votes by likelihood

    @Test
    void candidatesWeighByTheMeanProbabilityOfTheirTokens() {
        var log = Runs.log(Runs.config("best-of-n", Map.of("N", 3), 3), FakeModels.prompt());
        for (var candidate : Candidate.of(SearchTree.of(log))) {
            assertThat(candidate.logProb()).isBetween(-1.0, 0.0);
            var ballot = Tally.Ballot.of(candidate, Reduction.LAST, Runs.PROBLEM, Tasks.MATHEMATICS, Verdicts.NONE);
            assertThat(ballot.likelihood()).isCloseTo(Math.exp(candidate.logProb()), within(1e-12));
            assertThat(ballot.byLikelihood().score()).isEqualTo(ballot.likelihood());
        }
    }
}
