package dev.espalier.ui.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.vote.Vote;
import dev.espalier.task.Verdicts;
import dev.espalier.ui.kit.Background;
import dev.espalier.ui.kit.Grown;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HighlightModelTest {
    private static final List<SearchEvent> LOG = Grown.search("beam-search", Map.of("N", 8, "M", 2), 5);

    private final TreeModel tree = new TreeModel(Background.sameThread());
    private final VotesModel votes = new VotesModel(
            tree,
            (shown, answers, reduction) -> answers.tally(shown, reduction, Verdicts.NOW),
            Background.sameThread());
    private final HighlightModel model = new HighlightModel(tree, votes);

    @Test
    void aSearchThatEndedSelectsTheElectedCandidate() {
        tree.show(Grown.stored("17", LOG));
        assertThat(candidateOf(tree.selected().get())).isEqualTo(model.elected().get());
        assertThat(model.path().get()).isEqualTo(tree.selected().get());
    }

    @Test
    void theElectedCandidateIsOfferedOnce() {
        tree.show(Grown.stored("17", LOG));
        tree.selected().set(-1);
        votes.vote().set(Vote.NAIVE);
        votes.vote().set(Vote.WEIGHTED);
        assertThat(tree.selected().get()).isEqualTo(-1);
        tree.show(Grown.stored("17", LOG));
        assertThat(tree.selected().get()).isNotEqualTo(-1);
    }

    @Test
    void anEarlierMomentIsNotOver() {
        tree.show(Grown.stored("17", LOG));
        tree.selected().set(-1);
        tree.cursor().set(LOG.size() - 1);
        assertThat(tree.selected().get()).isEqualTo(-1);
    }

    @Test
    void withoutASelectionThePathLeadsToTheElectedCandidate() {
        tree.show(Grown.stored("17", LOG));
        tree.selected().set(-1);
        assertThat(candidateOf(model.path().get())).isEqualTo(model.elected().get());
    }

    @Test
    void theSelectedNodeEndsThePath() {
        tree.show(Grown.stored("17", LOG));
        tree.selected().set(1);
        assertThat(model.path().get()).isEqualTo(1);
    }

    @Test
    void aNodeOfTheFutureEndsNoPath() {
        tree.show(Grown.stored("17", LOG));
        tree.cursor().set(3);
        assertThat(tree.selected().get())
                .isGreaterThanOrEqualTo(tree.snapshot().get().tree().nodes().size());
        assertThat(model.path().get()).isEqualTo(-1);
    }

    @Test
    void candidatesAreFoundByTheirNumberIfNumbersAreMissing() {
        int first = LOG.stream()
                .filter(SearchEvent.Ended.class::isInstance)
                .map(event -> ((SearchEvent.Ended) event).candidate())
                .findFirst()
                .orElseThrow();
        var without = LOG.stream()
                .filter(event -> !(event instanceof SearchEvent.Ended ended && ended.candidate() == first))
                .toList();
        tree.show(Grown.stored("17", without));
        int elected = votes.tally().get().elect(Vote.WEIGHTED).orElseThrow().bestCandidate();
        assertThat(model.elected().get()).isEqualTo(elected);
        assertThat(candidateOf(tree.selected().get())).isEqualTo(elected);
    }

    private int candidateOf(int node) {
        return tree.snapshot().get().tree().node(node).candidate();
    }
}
