package dev.espalier.search.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.ModelCard;
import dev.espalier.model.Result;
import dev.espalier.model.RewardModel;
import dev.espalier.model.Step;
import dev.espalier.search.FakeModels;
import dev.espalier.search.Runs;
import dev.espalier.search.Script;
import dev.espalier.search.Search;
import dev.espalier.search.SearchControl;
import dev.espalier.search.SearchDriver;
import dev.espalier.search.SearchSetting;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The rules of parity mode, one by one. [ReferenceTracesTest] compares whole searches with recorded ones.
class ParityTest {

    // Beam search

    @Test
    void beamsAreExtendedInIndexOrderInTurnUntilThereAreN() {
        var script = new Script()
                .after("", "a\n\n", "b\n\n", "c\n\n")
                .score("a\n\n", 0.1)
                .score("b\n\n", 0.8)
                .score("c\n\n", 0.9);
        var tree = script.parity("beam-search", Map.of("N", 5, "M", 2, "iterations", 2))
                .tree();
        // c occurs three times, at the indices 2, 3 and 4; the last two are kept.
        assertThat(script.prefixes(tree, 2)).containsExactly("c\n\n", "c\n\n", "c\n\n", "c\n\n", "c\n\n");
        assertThat(script.waves.get(2))
                .extracting(request -> ((Request.Sample) request).parent())
                .containsExactly(4, 5, 4, 5, 4);
    }

    @Test
    void survivorsStayInIndexOrderRegardlessOfRank() {
        var script = new Script()
                .after("", "a\n\n", "b\n\n", "c\n\n", "d\n\n")
                .score("a\n\n", 0.8)
                .score("b\n\n", 0.1)
                .score("c\n\n", 0.9)
                .score("d\n\n", 0.2);
        var tree = script.parity("beam-search", Map.of("N", 4, "M", 2, "iterations", 2))
                .tree();
        assertThat(script.prefixes(tree, 2)).containsExactly("a\n\n", "c\n\n", "a\n\n", "c\n\n");
    }

    @Test
    void onATieTheLaterBeamIsKept() {
        var script = new Script().after("", "a\n\n", "b\n\n", "c\n\n", "d\n\n");
        var tree = script.parity("beam-search", Map.of("N", 4, "M", 4, "iterations", 2))
                .tree();
        assertThat(Script.texts(tree, script.selected().getFirst().kept())).containsExactly("d\n\n");
    }

    @Test
    void aBeamWidthAboveNKeepsAllBeams() {
        var script = new Script().after("", "a\n\n", "b\n\n");
        var tree = script.parity("beam-search", Map.of("N", 2, "M", 4, "iterations", 2))
                .tree();
        assertThat(script.selected().getFirst().pruned()).isEmpty();
        assertThat(script.prefixes(tree, 2)).containsExactly("a\n\n", "b\n\n");
    }

    @Test
    void completedBeamsLeaveBeforeTheSelectionAndABoxCompletesNone() {
        var script = new Script()
                .after("", "done", "\\boxed{1}\n\n", "c\n\n", "d\n\n")
                .score("done", 0.9)
                .score("\\boxed{1}\n\n", 0.3)
                .score("c\n\n", 0.2)
                .score("d\n\n", 0.1);
        var tree = script.parity("beam-search", Map.of("N", 4, "M", 2, "iterations", 2))
                .tree();
        assertThat(Script.texts(tree, script.selected().getFirst().kept())).containsExactly("\\boxed{1}\n\n", "c\n\n");
        assertThat(Script.texts(tree, script.selected().getFirst().pruned())).containsExactly("d\n\n");
    }

    @Test
    void itContinuesBeyondNCompletedBeamsAndReturnsTheFirst() {
        var script = new Script()
                .after("", "x", "y", "go\n\n")
                .after("go\n\n", "1", "2", "on\n\n")
                .score("x", 0.1);
        var tree = script.parity("beam-search", Map.of("N", 3, "M", 3, "iterations", 9))
                .tree();
        assertThat(script.selected()).hasSize(3);
        assertThat(Candidate.of(tree)).extracting(Candidate::text).containsExactly("x", "y", "go\n\n1");
    }

    @Test
    void sortCompletedReturnsTheBestBeamsTheEarlierOnATie() {
        var script = new Script()
                .after("", "x", "y", "go\n\n")
                .after("go\n\n", "1", "2", "on\n\n")
                .score("x", 0.1)
                .score("2", 0.9);
        var tree = script.parity("beam-search", Map.of("N", 3, "M", 3, "iterations", 9, "sort-completed", 1))
                .tree();
        assertThat(Candidate.of(tree)).extracting(Candidate::text).containsExactly("go\n\n2", "y", "go\n\n1");
    }

    @Test
    void tooFewCompletedBeamsAreRepeatedAsSeveralCandidates() {
        var script = new Script()
                .after("", "x", "y", "a\n\n", "b\n\n")
                .after("a\n\n", "")
                .after("b\n\n", "")
                .score("x", 0.2)
                .score("y", 0.3)
                .score("a\n\n", 0.9);
        var search = new Search(
                Strategies.of("beam-search", Parameters.of(Map.of("N", 5, "M", 5, "iterations", 1)), Mode.PARITY),
                new SearchSetting(Generation.DEFAULT, Reduction.LAST, true, Mode.PARITY),
                List.of(
                        new Search.Scheduled(12, new Intervention.Prune(5)),
                        new Search.Scheduled(13, new Intervention.Prune(4))),
                Strategies::of);
        var tree = script.run(search).tree();
        assertThat(Candidate.of(tree))
                .extracting(Candidate::number, Candidate::text)
                .containsExactly(tuple(0, "x"), tuple(1, "y"), tuple(2, "a\n\n"), tuple(3, "x"), tuple(4, "y"));
        assertThat(tree.node(1).candidate()).as("the first of its numbers").isZero();
    }

    @Test
    void withFilterDuplicatesOnlyTheFirstBeamOfATextCompetes() {
        var script = new Script().after("", "a\n\n", "a\n\n", "b\n\n", "b\n\n").score("a\n\n", 0.9);
        var parameters = Map.of("N", 4, "M", 2, "iterations", 2);
        assertThat(Script.texts(
                        script.parity("beam-search", parameters).tree(),
                        script.selected().getFirst().kept()))
                .containsExactly("a\n\n", "a\n\n");
        var filtered =
                new Script().after("", "a\n\n", "a\n\n", "b\n\n", "b\n\n").score("a\n\n", 0.9);
        var tree = filtered.parity("beam-search", Map.of("N", 4, "M", 2, "iterations", 2, "filter-duplicates", 1))
                .tree();
        assertThat(filtered.selected().getFirst().kept())
                .extracting(SearchEvent.Choice::node)
                .containsExactly(1, 3);
        assertThat(filtered.selected().getFirst().pruned())
                .allMatch(choice -> choice.reason().equals(ParityBeamSearch.REPEATED))
                .extracting(SearchEvent.Choice::node)
                .containsExactly(2, 4);
        assertThat(filtered.prefixes(tree, 2)).containsExactly("a\n\n", "b\n\n", "a\n\n", "b\n\n");
    }

    @Test
    void lookaheadOfBeamSearchIsGeneratedButNotScoredAndNotInTheLastIteration() {
        var script = new Script().after("", "a\n\n", "done").after("a\n\n", "b\n\n");
        var search = script.parity("beam-search", Map.of("N", 2, "M", 2, "iterations", 2, "lookahead", 2));
        assertThat(script.waves.stream().flatMap(List::stream).filter(Request.LookAhead.class::isInstance))
                .hasSize(2);
        assertThat(script.scored).containsExactly("a\n\n", "done", "a\n\nb\n\n", "a\n\nb\n\n");
        assertThat(search.tree().policyCost().generated())
                .as("two steps, two looked ahead, two more")
                .isEqualTo(6);
    }

    @Test
    void anEmptyTextIsScoredAndCompletesTheBeam() {
        var script = new Script().after("", "", "a\n\n");
        var tree = script.parity("beam-search", Map.of("N", 2, "M", 2)).tree();
        assertThat(script.scored).contains("");
        assertThat(Candidate.of(tree)).extracting(Candidate::text).containsExactly("", "a\n\nend");
    }

    // DVTS

    @Test
    void dvtsExpandsTheFirstBestStepOfEachSubtree() {
        var script = new Script()
                .after("", "a\n\n", "b\n\n", "c\n\n", "d\n\n", "e\n\n")
                .score("d\n\n", 0.9);
        var tree = script.parity("dvts", Map.of("N", 5, "M", 2)).tree();
        assertThat(script.waves.getFirst()).as("the fifth has no subtree").hasSize(4);
        assertThat(Script.texts(tree, script.selected().getFirst().kept())).containsExactly("a\n\n", "d\n\n");
    }

    @Test
    void aSubtreeEndsWithABoxInItsTextAndItsLastStepsAreItsCandidatesFinishedOrNot() {
        var script = new Script()
                .after("", "\\boxed{1}\n\n", "b\n\n", "c\n\n", "done")
                .score("\\boxed{1}\n\n", 0.9)
                .score("c\n\n", 0.8);
        var tree = script.parity("dvts", Map.of("N", 4, "M", 2)).tree();
        assertThat(Candidate.of(tree))
                .extracting(Candidate::text)
                .containsExactly("\\boxed{1}\n\n", "b\n\n", "c\n\nend", "c\n\nend");
        assertThat(Candidate.of(tree))
                .extracting(Candidate::finish)
                .containsExactly(Finish.STEP, Finish.STEP, Finish.STOP, Finish.STOP);
    }

    @Test
    void lookaheadOfDvtsIsScoredButItsBoxEndsNoSubtree() {
        var script = new Script()
                .after("", "a\n\n", "b\n\n")
                .after("a\n\n", "\\boxed{1}\n\n", "next", "more")
                .score("\\boxed{1}\n\n", 0.9);
        var tree = script.parity("dvts", Map.of("N", 2, "M", 2, "lookahead", 1)).tree();
        assertThat(script.scored.subList(0, 2)).containsExactly("a\n\n\\boxed{1}\n\n", "b\n\nend");
        assertThat(tree.node(1).pathScores()).containsExactly(0.5, 0.9);
        assertThat(Candidate.of(tree)).extracting(Candidate::text).containsExactly("a\n\n\\boxed{1}\n\n", "a\n\nnext");
    }

    @Test
    void aBudgetBelowMHasNoSubtree() {
        assertThatThrownBy(() -> Strategies.of("dvts", Parameters.of(Map.of("N", 2, "M", 4)), Mode.PARITY))
                .hasMessageContaining("0 for N = 2 and M = 4")
                .hasMessageContaining("at least 4");
        assertThatThrownBy(() -> Strategies.of("greedy", Parameters.NONE, Mode.PARITY))
                .hasMessageContaining("no parity mode")
                .hasMessageContaining("best-of-n, beam-search, dvts");
    }

    // All

    @Test
    void theProductOfNoScoresIsOneInParityMode() {
        assertThat(Reduction.PROD.of(List.of(), Mode.PARITY)).isEqualTo(1);
        assertThat(Reduction.LAST.of(List.of(), Mode.PARITY)).isZero();
        assertThat(Reduction.PROD.of(List.of(), Mode.STANDARD)).isZero();
    }

    static Stream<SearchConfig> every() {
        return Stream.of(
                parity("best-of-n", Map.of("N", 8)),
                parity(
                        "beam-search",
                        Map.of("N", 8, "M", 4, "iterations", 6, "filter-duplicates", 1, "sort-completed", 1)),
                parity("beam-search", Map.of("N", 7, "M", 3, "lookahead", 2, "iterations", 3)),
                parity("dvts", Map.of("N", 9, "M", 4, "lookahead", 1)));
    }

    private static SearchConfig parity(String strategy, Map<String, Integer> parameters) {
        return new SearchConfig(
                strategy,
                Strategies.of(strategy, Parameters.of(parameters), Mode.PARITY).parameters(),
                Mode.PARITY,
                Generation.DEFAULT,
                Reduction.LAST,
                5,
                "fake",
                "00",
                "fake",
                "00");
    }

    @ParameterizedTest
    @MethodSource("every")
    void theLogDoesNotDependOnTheOrderOfResultsOrOnResuming(SearchConfig config) {
        var log = Runs.log(config, FakeModels.prompt());
        assertThat(log.getLast()).isInstanceOf(SearchEvent.Finished.class);
        for (int round = 0; round < 3; round++)
            assertThat(Runs.log(config, FakeModels.shuffled(round))).isEqualTo(log);
        for (int cut = 0; cut <= log.size(); cut += 7)
            assertThat(Runs.log(config, FakeModels.prompt(), log.subList(0, cut)))
                    .isEqualTo(log);
    }

    @Test
    void aPathIsTokenizedAgainEachStepHasTheFullLimitAndAnEmptyStepAfterASeparatorIsScored() {
        var config = parity("beam-search", Map.of("N", 4, "M", 4));
        var asked = new ArrayList<LanguageModel.Call>();
        var scored = new ArrayList<RewardModel.Call>();
        var fakes = FakeModels.prompt();
        var policy = new Listening(fakes.policy(), asked);
        var reward = new RewardModel() {
            @Override
            public ModelCard card() {
                return FakeModels.CARD;
            }

            @Override
            public CompletableFuture<Result.Scored> score(Call call) {
                scored.add(call);
                return fakes.reward().score(call);
            }

            @Override
            public void close() {}
        };
        var end = new SearchDriver(
                        Strategies::of,
                        config,
                        Runs.PROBLEM,
                        policy,
                        reward,
                        new SearchControl(),
                        (_, _, _, _) -> {},
                        List.of())
                .run();
        assertThat(end).isEqualTo(SearchDriver.End.FINISHED);
        assertThat(asked).allMatch(call -> call.maxNewTokens() == Generation.DEFAULT.maxNewTokens());
        assertThat(asked)
                .anyMatch(call -> !call.path().isEmpty())
                .allSatisfy(call -> assertThat(call.path())
                        .hasSizeLessThan(2)
                        .allMatch(step -> java.util.Arrays.equals(
                                step.tokens(), step.text().chars().toArray())));
        assertThat(scored).allSatisfy(call -> {
            assertThat(call.ended()).isFalse();
            assertThat(call.path().getLast().text().isEmpty())
                    .isEqualTo(Step.text(call.path()).endsWith("\n\n"));
        });
    }

    private record Listening(LanguageModel to, List<Call> asked) implements LanguageModel {
        @Override
        public ModelCard card() {
            return to.card();
        }

        @Override
        public CompletableFuture<Result.Sampled> generate(Call call) {
            asked.add(call);
            return to.generate(call);
        }

        @Override
        public int[] tokens(String text) {
            return to.tokens(text);
        }

        @Override
        public void close() {
            to.close();
        }
    }

    @ParameterizedTest
    @MethodSource("every")
    void interventionsWorkInEachParityStrategy(SearchConfig config) {
        var log = Runs.log(config, FakeModels.prompt());
        for (int cut = 8; cut < log.size() - 1; cut += 5) {
            int node = SearchTree.of(log.subList(0, cut)).nodes().getLast().id();
            if (node == 0) continue;
            for (var intervention : List.of(
                    new Intervention.Prune(node),
                    new Intervention.Keep(node),
                    new Intervention.Resample(node, 2),
                    new Intervention.Revive(node))) {
                var forked = new ArrayList<>(log.subList(0, cut));
                forked.add(new SearchEvent.Intervened(intervention));
                assertThat(Runs.log(config, FakeModels.prompt(), forked).getLast())
                        .as("%s at %d", intervention, cut)
                        .isInstanceOf(SearchEvent.Finished.class);
            }
        }
    }
}
