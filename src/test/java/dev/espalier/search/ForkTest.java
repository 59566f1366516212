package dev.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.model.Generation;
import dev.espalier.model.Step;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.SearchTree.Fate;
import dev.espalier.search.log.StoredLog;
import dev.espalier.search.log.Timeline;
import dev.espalier.search.strategy.Strategies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForkTest {
    private static final SearchConfig BEAM = Runs.config("beam-search", Map.of("N", 8, "M", 4), 3);
    private static final List<SearchEvent> PARENT = Runs.log(BEAM, FakeModels.prompt());
    /// The moment after the first selection.
    private static final int CHOSEN = Timeline.of(PARENT).nextIteration(0);
    private static final SearchEvent.Selected FIRST = (SearchEvent.Selected) PARENT.get(CHOSEN - 1);

    @Test
    void aPrunedBeamIsNotExpandedAlthoughItHadJustBeenKept() {
        int kept = FIRST.kept().getFirst().node();
        var fork = fork(CHOSEN, new Intervention.Prune(kept));
        assertThat(fork.subList(0, CHOSEN)).isEqualTo(PARENT.subList(0, CHOSEN));
        assertThat(fork.get(CHOSEN)).isEqualTo(new SearchEvent.Intervened(new Intervention.Prune(kept)));
        var tree = SearchTree.of(fork);
        assertThat(tree.node(kept).children()).isEmpty();
        assertThat(tree.node(kept).fate()).isEqualTo(Fate.PRUNED);
        assertThat(tree.node(kept).reason()).isEqualTo("pruned by hand");
        assertThat(tree.forked()).isTrue();
        assertThat(tree.candidates())
                .noneMatch(candidate -> tree.isBelow(candidate, tree.node(kept)))
                .isNotEmpty();
    }

    @Test
    void aRevivedStepIsExpanded() {
        int revived = FIRST.pruned().getLast().node();
        var tree = SearchTree.of(fork(CHOSEN, new Intervention.Revive(revived)));
        assertThat(tree.node(revived).children()).isNotEmpty();
        assertThat(SearchTree.of(PARENT).node(revived).children()).isEmpty();
    }

    @Test
    void aStepThatTheUserKeepsSurvivesTheSelection() {
        int worst = FIRST.pruned().getLast().node();
        var fork = fork(CHOSEN - 1, new Intervention.Keep(worst));
        var choice = Runs.of(SearchEvent.Selected.class, fork).getFirst();
        assertThat(choice.kept()).extracting(SearchEvent.Choice::node).contains(worst);
        assertThat(SearchTree.of(fork).node(worst).children()).isNotEmpty();
    }

    @Test
    void aResampledNodeGetsMoreChildrenThatCompete() {
        int kept = FIRST.kept().getFirst().node();
        int before = SearchTree.of(PARENT).node(kept).children().size();
        var fork = fork(CHOSEN, new Intervention.Resample(kept, 3));
        var tree = SearchTree.of(fork);
        assertThat(tree.node(kept).children()).hasSize(before + 3);
        assertThat(tree.node(kept).children())
                .extracting(SearchTree.Node::childIndex)
                .containsExactlyElementsOf(
                        IntStream.range(0, before + 3).boxed().toList());
        var extra = tree.node(kept).children().subList(before, before + 3);
        assertThat(extra).allMatch(SearchTree.Node::scored);
        var second = Runs.of(SearchEvent.Selected.class, fork).get(1);
        var compared = new ArrayList<Integer>();
        second.kept().forEach(choice -> compared.add(choice.node()));
        second.pruned().forEach(choice -> compared.add(choice.node()));
        assertThat(extra).allMatch(node -> compared.contains(node.id()) || node.candidate() >= 0);
    }

    @Test
    void anEditedStepReplacesTheOldOneAndIsScored() {
        int kept = FIRST.kept().getFirst().node();
        var written = Step.of("## Step 1: by hand\n\n", new int[] {9, 9}, new float[0]);
        var fork = fork(CHOSEN - 1, new Intervention.Edit(kept, written));
        var grown = Runs.of(SearchEvent.Grown.class, fork).getFirst();
        var tree = SearchTree.of(fork);
        var node = tree.node(grown.node());
        assertThat(node.step()).isEqualTo(written);
        assertThat(node.parent()).isEqualTo(tree.node(kept).parent());
        assertThat(node.scored()).isTrue();
        assertThat(tree.node(kept).fate()).isEqualTo(Fate.PRUNED);
        assertThat(tree.node(kept).children()).isEmpty();
    }

    @Test
    void aSearchContinuesFromANodeWithAnotherStrategy() {
        int kept = FIRST.kept().getFirst().node();
        var fork = fork(CHOSEN, new Intervention.ContinueFrom(kept, "best-of-n", Parameters.of(Map.of("N", 5))));
        var tree = SearchTree.of(fork);
        assertThat(tree.candidates()).hasSizeGreaterThanOrEqualTo(5);
        assertThat(tree.node(kept).children()).hasSize(5);
        long before = Runs.of(SearchEvent.Ended.class, fork.subList(0, CHOSEN)).size();
        assertThat(Runs.of(SearchEvent.Ended.class, fork))
                .hasSize((int) before + 5)
                .extracting(SearchEvent.Ended::candidate)
                .containsExactlyElementsOf(
                        IntStream.range(0, (int) before + 5).boxed().toList());
        assertThat(tree.over()).isTrue();
    }

    @Test
    void parametersCanChangeDuringASearch() {
        var changed = new Intervention.Change(
                BEAM.parameters().with("N", 12), Generation.DEFAULT.withTemperature(0.3), Reduction.MIN);
        var tree = SearchTree.of(fork(CHOSEN, changed));
        assertThat(tree.candidates()).hasSize(12);
    }

    @Test
    void aFinishedSearchCanBeForkedBeforeItsEnd() {
        int last = PARENT.size() - 1;
        var tree = SearchTree.of(PARENT);
        int pruned = tree.nodes().stream()
                .filter(node -> node.fate() == Fate.PRUNED)
                .findFirst()
                .orElseThrow()
                .id();
        var fork = fork(last, new Intervention.Revive(pruned));
        assertThat(SearchTree.of(fork).node(pruned).children()).isNotEmpty();
        assertThat(fork.getLast()).isInstanceOf(SearchEvent.Finished.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"beam-search", "dvts", "best-of-n"})
    void forksAtAnyEventFinishAndResumeToTheSameLog(String strategy) {
        var config = Runs.config(strategy, strategy.equals("best-of-n") ? Map.of("N", 8) : Map.of("N", 8, "M", 4), 5);
        var parent = Runs.log(config, FakeModels.prompt());
        for (int event = 1; event < parent.size(); event++) {
            var tree = SearchTree.of(parent.subList(0, event));
            for (var intervention : possible(tree, config)) {
                var begun = new ArrayList<>(parent.subList(0, event));
                begun.add(new SearchEvent.Intervened(intervention));
                var fork = Runs.log(config, FakeModels.prompt(), begun);
                assertThat(fork.getLast()).as("%s at %d", intervention, event).isInstanceOf(SearchEvent.Finished.class);
                assertThat(Runs.log(config, FakeModels.shuffled(event), fork.subList(0, (event + fork.size()) / 2 + 1)))
                        .isEqualTo(fork);
            }
        }
    }

    @Test
    void everyLeafVotesAfterReviveResampleAndEditInDvts() {
        var config = Runs.config("dvts", Map.of("N", 8, "M", 4), 5);
        var parent = Runs.log(config, FakeModels.prompt());
        for (var pruned : SearchTree.of(parent).nodes()) {
            if (pruned.fate() != Fate.PRUNED || !pruned.children().isEmpty()) continue;
            int node = pruned.id();
            var log = forkAtTheEnd(config, parent, new Intervention.Revive(node));
            CandidateNumbers.check("revived " + node, log);
            if (!pruned.finish().ends()) log = forkAtTheEnd(config, log, new Intervention.Resample(node, 4));
            CandidateNumbers.check("resampled " + node, log);
            var written = Step.of("by hand\n\n", new int[] {9}, new float[0]);
            log = forkAtTheEnd(config, log, new Intervention.Edit(node, written));
            CandidateNumbers.check("edited " + node, log);
        }
    }

    @Test
    void aPathThatIsRevivedAfterItEndedIsOneCandidate() {
        var config = Runs.config("best-of-n", Map.of("N", 4), 5);
        var parent = Runs.log(config, FakeModels.prompt());
        var end = Runs.of(SearchEvent.Ended.class, parent).getFirst();
        int first = end.node();
        var begun = new ArrayList<>(parent.subList(0, parent.indexOf(end) + 1));
        begun.add(new SearchEvent.Intervened(new Intervention.Prune(first)));
        var pruned = Runs.log(config, FakeModels.prompt(), begun);
        var revived = forkAtTheEnd(config, pruned, new Intervention.Revive(first));
        CandidateNumbers.check("revived", revived);
        assertThat(SearchTree.of(revived).candidates()).hasSize(4);
    }

    @Test
    void adaptiveSamplingFromAPrunedNodeEnds() {
        int kept = FIRST.kept().getFirst().node();
        var begun = new ArrayList<>(fork(CHOSEN, new Intervention.Prune(kept)));
        var from = new Intervention.ContinueFrom(kept, "adaptive-sampling", Parameters.of(Map.of("N", 4)));
        assertThat(forkAtTheEnd(BEAM, begun, from).getLast()).isInstanceOf(SearchEvent.Finished.class);
    }

    @Test
    void olderForksWithANumberTwiceKeepAllCandidatesAndResume() {
        var config = Runs.config("dvts", Map.of("N", 8, "M", 4), 5);
        var parent = Runs.log(config, FakeModels.prompt());
        var fork = forkAtTheEnd(config, parent, new Intervention.Resample(1, 2));
        var older = CandidateNumbers.clashing(fork);
        assertThat(CandidateNumbers.numbers(SearchTree.of(older)))
                .isEqualTo(CandidateNumbers.numbers(SearchTree.of(fork)));
        assertThat(new StoredLog(older).fits(fork)).isTrue();
        for (int cut = parent.size(); cut <= older.size(); cut++)
            assertThat(Runs.log(config, FakeModels.prompt(), older.subList(0, cut)))
                    .isEqualTo(fork);
    }

    @Test
    void anotherNumberInALogWithoutClashesDoesNotFit() {
        var log = new ArrayList<>(PARENT);
        var last = Runs.of(SearchEvent.Ended.class, log).getLast();
        log.set(log.lastIndexOf(last), new SearchEvent.Ended(last.candidate() + 1, last.node(), last.finish()));
        assertThat(new StoredLog(log).fits(PARENT)).isFalse();
        assertThatThrownBy(() -> Runs.log(BEAM, FakeModels.prompt(), log))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("does not fit");
    }

    /// Intervenes in a finished search before its last event.
    private static List<SearchEvent> forkAtTheEnd(
            SearchConfig config, List<SearchEvent> log, Intervention intervention) {
        var begun = new ArrayList<>(log.subList(0, log.size() - 1));
        InterventionCheck.check(intervention, SearchTree.of(begun), config, Strategies::of);
        begun.add(new SearchEvent.Intervened(intervention));
        return Runs.log(config, FakeModels.prompt(), begun);
    }

    @Test
    void impossibleInterventionsAreRejectedWithTheReason() {
        var tree = SearchTree.of(PARENT.subList(0, CHOSEN));
        int kept = FIRST.kept().getFirst().node();
        int pruned = FIRST.pruned().getFirst().node();
        refused(tree, new Intervention.Prune(0), "not a step");
        refused(tree, new Intervention.Prune(99999), "no node 99999");
        refused(tree, new Intervention.Prune(pruned), "already pruned");
        refused(tree, new Intervention.Revive(kept), "not pruned");
        refused(tree, new Intervention.Keep(pruned), "Revive it");
        refused(tree, new Intervention.Resample(kept, 0), "1 to 1000");
        refused(tree, new Intervention.Edit(kept, Step.of(" ", new int[0], new float[0])), "empty");
        refused(
                tree,
                new Intervention.ContinueFrom(kept, "dvts", Parameters.of(Map.of("N", 5, "M", 4))),
                "M must divide N");
        refused(
                SearchTree.of(PARENT),
                new Intervention.Resample(
                        SearchTree.of(PARENT).candidates().getFirst().id(), 2),
                "has ended");
        var dvts = Runs.config("dvts", Map.of("N", 8, "M", 4), 1);
        assertThatThrownBy(() -> InterventionCheck.check(
                        new Intervention.Change(dvts.parameters().with("M", 2), Generation.DEFAULT, Reduction.LAST),
                        tree,
                        dvts,
                        Strategies::of))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("cannot change");
    }

    private static void refused(SearchTree tree, Intervention intervention, String reason) {
        assertThatThrownBy(() -> InterventionCheck.check(intervention, tree, BEAM, Strategies::of))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining(reason);
    }

    private static List<Intervention> possible(SearchTree tree, SearchConfig config) {
        var possible = new ArrayList<Intervention>();
        int last = tree.nodes().size() - 1;
        for (Intervention intervention : List.of(
                new Intervention.Prune(last),
                new Intervention.Prune(1),
                new Intervention.Revive(last),
                new Intervention.Revive(2),
                new Intervention.Keep(last),
                new Intervention.Resample(0, 2),
                new Intervention.Resample(Math.max(1, last / 2), 2),
                new Intervention.Edit(last, Step.of("new\n\n", new int[] {1}, new float[0])),
                new Intervention.ContinueFrom(1, "beam-search", Parameters.of(Map.of("N", 3, "M", 2))))) {
            try {
                InterventionCheck.check(intervention, tree, config, Strategies::of);
                possible.add(intervention);
            } catch (EspalierException _) {
                // Not possible at this event.
            }
        }
        return possible;
    }

    private static List<SearchEvent> fork(int event, Intervention intervention) {
        InterventionCheck.check(intervention, SearchTree.of(PARENT.subList(0, event)), BEAM, Strategies::of);
        var begun = new ArrayList<>(PARENT.subList(0, event));
        begun.add(new SearchEvent.Intervened(intervention));
        return Runs.log(BEAM, FakeModels.prompt(), begun);
    }
}
