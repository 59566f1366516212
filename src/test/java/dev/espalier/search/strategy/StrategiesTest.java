package dev.espalier.search.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import dev.espalier.search.FakeModels;
import dev.espalier.search.Runs;
import dev.espalier.search.Search;
import dev.espalier.search.SearchSetting;
import dev.espalier.search.Strategy;
import dev.espalier.search.log.Candidate;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StrategiesTest {

    static Stream<SearchConfig> every() {
        return Stream.of(
                Runs.config("greedy", Map.of("N", 1), 1),
                Runs.config("best-of-n", Map.of("N", 16), 2),
                Runs.config("beam-search", Map.of("N", 16, "M", 4), 3),
                Runs.config("beam-search", Map.of("N", 7, "M", 3), 4),
                Runs.config("dvts", Map.of("N", 16, "M", 4), 5),
                Runs.config("dvts", Map.of("N", 12, "M", 12), 6));
    }

    @ParameterizedTest
    @MethodSource("every")
    void endsWithExactlyNCandidatesNumberedWithoutGaps(SearchConfig config) {
        var tree = SearchTree.of(Runs.log(config, FakeModels.prompt()));
        assertThat(tree.candidates())
                .extracting(SearchTree.Node::candidate)
                .containsExactlyElementsOf(
                        java.util.stream.IntStream.range(0, config.n()).boxed().toList());
        assertThat(tree.candidates()).allMatch(node -> node.finish() == Finish.STOP && node.scored());
    }

    @ParameterizedTest
    @MethodSource("every")
    void theLogDoesNotDependOnTheOrderOfResults(SearchConfig config) {
        var log = Runs.log(config, FakeModels.prompt());
        for (int round = 0; round < 5; round++)
            assertThat(Runs.log(config, FakeModels.shuffled(round))).isEqualTo(log);
    }

    @ParameterizedTest
    @MethodSource("every")
    void aLogCutAnywhereAndResumedIsTheUninterruptedLog(SearchConfig config) {
        var log = Runs.log(config, FakeModels.prompt());
        for (int cut = 0; cut <= log.size(); cut++) {
            var models = FakeModels.prompt();
            assertThat(Runs.log(config, models, log.subList(0, cut))).isEqualTo(log);
            int stored = Runs.of(SearchEvent.Sampled.class, log.subList(0, cut)).size();
            assertThat(models.samples.get())
                    .as("nothing stored is sampled again")
                    .isEqualTo(Runs.of(SearchEvent.Sampled.class, log).size() - stored);
        }
    }

    @ParameterizedTest
    @MethodSource("every")
    void anotherSeedGivesAnotherLog(SearchConfig config) {
        if (config.strategy().equals("greedy")) return;
        var other = Runs.config(config.strategy(), config.parameters().values(), config.seed() + 100);
        assertThat(Runs.log(other, FakeModels.prompt())).isNotEqualTo(Runs.log(config, FakeModels.prompt()));
    }

    @Test
    void theFirstCandidatesOfBestOfNAreASmallerBudget() {
        var small = SearchTree.of(Runs.log(Runs.config("best-of-n", Map.of("N", 4), 9), FakeModels.prompt()));
        var large = SearchTree.of(Runs.log(Runs.config("best-of-n", Map.of("N", 16), 9), FakeModels.prompt()));
        assertThat(Candidate.of(large).subList(0, 4)).isEqualTo(Candidate.of(small));
    }

    @Test
    void theFirstCandidatesOfDvtsAreASmallerBudget() {
        var small = SearchTree.of(Runs.log(Runs.config("dvts", Map.of("N", 4, "M", 4), 9), FakeModels.prompt()));
        var large = SearchTree.of(Runs.log(Runs.config("dvts", Map.of("N", 16, "M", 4), 9), FakeModels.prompt()));
        assertThat(Candidate.of(large).subList(0, 4)).isEqualTo(Candidate.of(small));
    }

    @Test
    void beamSearchKeepsTheBestUnfinishedBeamsAndContinuesThemInTurn() {
        var log = Runs.log(Runs.config("beam-search", Map.of("N", 8, "M", 4), 3), FakeModels.prompt());
        var first = Runs.of(SearchEvent.Selected.class, log).getFirst();
        int ended = Runs.of(SearchEvent.Ended.class, log.subList(0, log.indexOf(first)))
                .size();
        int width = 8 - ended;
        assertThat(first.kept()).hasSize(Math.ceilDiv(width, 4));
        assertThat(first.kept())
                .hasSizeLessThan(first.kept().size() + first.pruned().size());
        assertThat(first.kept())
                .allSatisfy(kept -> assertThat(first.pruned()).allMatch(pruned -> pruned.value() <= kept.value()));
        var asked = Runs.of(SearchEvent.Asked.class, log.subList(log.indexOf(first), log.size()))
                .getFirst()
                .requests();
        var expected = new ArrayList<List<Integer>>();
        for (int i = 0; i < width; i++)
            expected.add(List.of(
                    first.kept().get(i % first.kept().size()).node(),
                    i / first.kept().size()));
        assertThat(asked)
                .extracting(request ->
                        List.of(((Request.Sample) request).parent(), ((Request.Sample) request).childIndex()))
                .isEqualTo(expected);
    }

    @Test
    void beamSearchKeepsTheEarlierBeamOnATie() {
        var search = search("beam-search", Map.of("N", 4, "M", 4), true);
        for (var request : search.ask()) search.tell(request.id(), step("same\n\n"));
        for (var request : search.ask()) search.tell(request.id(), new Result.Scored(List.of(0.5), Cost.NONE));
        search.drain();
        search.ask();
        var selected = Runs.of(SearchEvent.Selected.class, search.drain()).getFirst();
        assertThat(selected.kept()).extracting(SearchEvent.Choice::node).containsExactly(1);
        assertThat(selected.pruned()).extracting(SearchEvent.Choice::node).containsExactly(2, 3, 4);
    }

    @Test
    void theLastIterationOfBeamSearchRunsToTheEnd() {
        var log = Runs.log(Runs.config("beam-search", Map.of("N", 4, "M", 2, "iterations", 2), 3), FakeModels.prompt());
        var waves = Runs.of(SearchEvent.Asked.class, log).stream()
                .map(asked -> asked.requests().getFirst())
                .filter(Request.Sample.class::isInstance)
                .map(request -> ((Request.Sample) request).stopAtStep())
                .toList();
        assertThat(waves).containsExactly(true, false);
    }

    @Test
    void dvtsCompletesTheSiblingsOfAnEndedStep() {
        var search = search("dvts", Map.of("N", 2, "M", 2), true);
        var wave = search.ask();
        search.tell(wave.get(0).id(), step("go on\n\n"));
        search.tell(
                wave.get(1).id(),
                new Result.Sampled(List.of(Step.of("done", new int[] {1}, new float[] {0})), Finish.STOP, Cost.NONE));
        wave = search.ask();
        search.tell(wave.get(0).id(), new Result.Scored(List.of(0.1), Cost.NONE));
        search.tell(wave.get(1).id(), new Result.Scored(List.of(0.9), Cost.NONE));
        var rest = search.ask();
        assertThat(rest).singleElement().isInstanceOfSatisfying(Request.Sample.class, sample -> {
            assertThat(sample.parent()).isEqualTo(1);
            assertThat(sample.stopAtStep()).isFalse();
        });
    }

    @Test
    void aPathThatEndsAtOnceIsACandidateWithoutANewStep() {
        var search = search("best-of-n", Map.of("N", 1), true);
        search.tell(search.ask().getFirst().id(), new Result.Sampled(List.of(), Finish.STOP, Cost.NONE));
        assertThat(search.ask()).isEmpty();
        assertThat(search.over()).isTrue();
        assertThat(Candidate.of(search.tree())).containsExactly(new Candidate(0, "", Finish.STOP, List.of()));
    }

    @Test
    void duplicateAndUnrequestedResultsAreIgnored() {
        var search = search("best-of-n", Map.of("N", 2), false);
        var wave = search.ask();
        assertThat(search.tell(wave.get(1).id(), step("b"))).isTrue();
        assertThat(search.tell(wave.get(1).id(), step("c"))).isFalse();
        assertThat(search.tell(99, step("d"))).isFalse();
        assertThat(search.tell(wave.get(0).id(), new Result.Scored(List.of(1.0), Cost.NONE)))
                .isFalse();
        assertThat(search.tell(wave.get(0).id(), step("a"))).isTrue();
        assertThat(search.tree().nodes()).extracting(node -> node.step().text()).containsExactly("", "a", "b");
    }

    @Test
    void contradictoryParametersAreRejectedWithTheRule() {
        assertThatThrownBy(() -> strategy("dvts", Map.of("N", 10, "M", 4)))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("M must divide N")
                .hasMessageContaining("Set N to 8 or 12");
        assertThatThrownBy(() -> strategy("best-of-n", Map.of("N", 0))).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> strategy("best-of-n", Map.of("N", 4, "M", 4))).hasMessageContaining("no parameter M");
        assertThatThrownBy(() -> strategy("mystery", Map.of())).hasMessageContaining("beam-search");
        assertThatThrownBy(() -> strategy("greedy", Map.of("N", 4)))
                .hasMessageContaining("N of the strategy greedy must be at most 1");
    }

    private static Strategy strategy(String name, Map<String, Integer> parameters) {
        return Strategies.of(name, Parameters.of(parameters), Mode.STANDARD);
    }

    private static Search search(String name, Map<String, Integer> parameters, boolean scored) {
        return new Search(strategy(name, parameters), new SearchSetting(Generation.DEFAULT, Reduction.LAST, scored));
    }

    private static Result step(String text) {
        return new Result.Sampled(List.of(Step.of(text, new int[] {1}, new float[] {0})), Finish.STEP, Cost.NONE);
    }
}
