package dev.espalier.ui.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.experiment.run.StoredSearch;
import dev.espalier.model.Cost;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.Timeline;
import dev.espalier.search.log.TokensProcessed;
import dev.espalier.search.vote.Answers;
import dev.espalier.search.vote.Tally;
import dev.espalier.store.RunRecord;
import dev.espalier.store.SearchStatus;
import dev.espalier.store.SearchSummary;
import dev.espalier.task.Verdicts;
import dev.espalier.ui.kit.Background;
import dev.espalier.ui.kit.Grown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TreeModelTest {
    private static final Problem PROBLEM = new Problem("p1", "Solve for x: 3x + 4 = 2x + 21.", "17", null, "", 2);
    private static final List<SearchEvent> LOG = Grown.search("beam-search", Map.of("N", 8, "M", 2), 5);

    private final TreeModel model = new TreeModel(Background.sameThread());

    private static StoredSearch stored(SearchStatus status, String failure) {
        var config = ((SearchEvent.Started) LOG.getFirst()).config();
        return new StoredSearch(
                new RunRecord(1, "run", "", "set", config, Instant.EPOCH, "0", "CPU"),
                new SearchSummary(
                        7,
                        1,
                        PROBLEM,
                        status,
                        LOG.size(),
                        8,
                        Cost.NONE,
                        Cost.NONE,
                        TokensProcessed.NOTHING_KNOWN,
                        1,
                        failure),
                LOG);
    }

    @Test
    void aStoredSearchShowsItsWholeTree() {
        model.show(stored(SearchStatus.FINISHED, ""));
        assertThat(model.phase().get()).isEqualTo(Phase.FINISHED);
        assertThat(model.snapshot().get().shown()).isEqualTo(LOG.size());
        assertThat(model.snapshot().get().tree().candidates()).hasSize(8);
        assertThat(model.stored()).isEqualTo(7);
        assertThat(model.config().get().n()).isEqualTo(8);
    }

    @Test
    void aRunningStatusWithoutARunnerIsAnInterruptedSearchThatCanBeResumed() {
        model.show(stored(SearchStatus.RUNNING, ""));
        assertThat(model.phase().get()).isEqualTo(Phase.INTERRUPTED);
        assertThat(model.phase().get().resumable()).isTrue();
    }

    @Test
    void aFailedSearchSaysWhy() {
        model.show(stored(SearchStatus.FAILED, "The model's context is full."));
        assertThat(model.phase().get()).isEqualTo(Phase.FAILED);
        assertThat(model.message().get()).isEqualTo("The model's context is full.");
    }

    @Test
    void theCursorTravelsInTimeAndBack() {
        model.show(stored(SearchStatus.FINISHED, ""));
        model.cursor().set(3);
        assertThat(model.snapshot().get().shown()).isEqualTo(3);
        assertThat(model.snapshot().get().tree().events()).isEqualTo(3);
        model.cursor().set(model.total().get());
        assertThat(model.snapshot().get().tree().over()).isTrue();
    }

    @Test
    void showingAnotherSearchClearsTheSelection() {
        model.show(stored(SearchStatus.FINISHED, ""));
        model.selected().set(4);
        model.show(stored(SearchStatus.FINISHED, ""));
        assertThat(model.selected().get()).isEqualTo(-1);
    }

    @Test
    void votesFollowTheCursorAndTheReduction() {
        var counted = new ArrayList<Reduction>();
        var votes = new VotesModel(
                model,
                (tree, _, reduction) -> {
                    counted.add(reduction);
                    return new Tally(List.of(), tree.candidates().size());
                },
                Background.sameThread());
        model.show(stored(SearchStatus.FINISHED, ""));
        assertThat(votes.tally().get().candidates()).isEqualTo(8);
        votes.reduction().set(Reduction.MIN);
        assertThat(counted).containsExactly(Reduction.LAST, Reduction.MIN);
        model.cursor().set(2);
        assertThat(votes.tally().get().candidates()).isZero();
    }

    @Test
    void allMomentsOfASearchShareTheAnswersOfItsPaths() {
        var seen = new HashSet<Answers>();
        var votes = new VotesModel(
                model,
                (tree, answers, reduction) -> {
                    seen.add(answers);
                    return answers.tally(tree, reduction, Verdicts.NONE);
                },
                Background.sameThread());
        model.show(stored(SearchStatus.FINISHED, ""));
        var whole = votes.tally().get();
        model.cursor().set(LOG.size() - 3);
        votes.reduction().set(Reduction.MIN);
        votes.reduction().set(Reduction.LAST);
        model.cursor().set(LOG.size());
        assertThat(seen).containsExactly(model.answers());
        assertThat(votes.tally().get()).isEqualTo(whole);
    }

    @Test
    void aPictureIsComparedWithTheOneShownBefore() {
        model.show(stored(SearchStatus.FINISHED, ""));
        for (int moment : List.of(12, 30, 5, LOG.size())) {
            var before = model.snapshot().get();
            model.cursor().set(moment);
            var now = model.snapshot().get();
            var earlier = before.shown() < moment ? before.tree() : now.tree();
            assertThat(now.changes())
                    .isEqualTo(Timeline.difference(earlier, earlier == now.tree() ? before.tree() : now.tree()));
            assertThat(now.leap()).isEqualTo(Math.abs(moment - before.shown()));
        }
    }

    @Test
    void aShownSnapshotNeverChanges() {
        model.show(stored(SearchStatus.FINISHED, ""));
        model.cursor().set(10);
        SearchTree early = model.snapshot().get().tree();
        int nodes = early.nodes().size();
        model.cursor().set(LOG.size());
        assertThat(early.nodes()).hasSize(nodes);
        assertThat(model.snapshot().get().tree()).isNotSameAs(early);
    }
}
