package dev.espalier.ui.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.model.Step;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Answers;
import dev.espalier.search.vote.Vote;
import dev.espalier.task.Tasks;
import dev.espalier.task.Verdicts;
import dev.espalier.ui.kit.Background;
import dev.espalier.ui.kit.Grown;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DiagnosisModelTest {
    private static final List<SearchEvent> LOG = Grown.search("beam-search", Map.of("N", 8, "M", 2), 5);

    private final TreeModel tree = new TreeModel(Background.sameThread());
    private final VotesModel votes = new VotesModel(
            tree,
            (shown, answers, reduction) -> answers.tally(shown, reduction, Verdicts.NOW),
            Background.sameThread());
    private final DiagnosisModel model = new DiagnosisModel(tree, votes, Verdicts.NOW, Background.sameThread());

    @Test
    void withoutASearchThereIsNoStrip() {
        assertThat(model.strip().get()).isEqualTo(DiagnosisModel.Strip.NONE);
        model.follow();
        assertThat(tree.selected().get()).isEqualTo(-1);
    }

    @Test
    void aRightSearchSaysSoAndLeadsToTheWinner() {
        show(elected(Vote.WEIGHTED));
        assertThat(sentence()).isEqualTo("Right: the weighted vote elects " + elected(Vote.WEIGHTED) + ".");
        model.follow();
        assertThat(tree.snapshot().get().tree().node(tree.selected().get()).candidate())
                .isNotNegative();
    }

    @Test
    void aProblemWithoutGoldSaysSoAtEachMoment() {
        show(null);
        assertThat(sentence()).isEqualTo("No gold answer: right or wrong is unknown.");
        tree.cursor().set(3);
        assertThat(sentence()).isEqualTo("No gold answer: right or wrong is unknown.");
        assertThat(model.strip().get().target()).isEqualTo(-1);
    }

    @Test
    void anEarlierMomentIsNotFinished() {
        show("17");
        tree.cursor().set(3);
        assertThat(sentence()).isEqualTo("Not finished. No candidate yet.");
        assertThat(model.strip().get().diversity()).isEmpty();
        tree.cursor().set(tree.total().get());
        assertThat(sentence()).doesNotStartWith("Not finished");
        assertThat(model.strip().get().diversity()).hasSize(4);
    }

    @Test
    void theSentenceFollowsTheVoteAndTheReduction() {
        show(elected(Vote.WEIGHTED));
        for (var vote : Vote.values()) {
            votes.vote().set(vote);
            for (var reduction : Reduction.values()) {
                votes.reduction().set(reduction);
                boolean right = votes.tally().get().elect(vote).orElseThrow().correct();
                assertThat(sentence())
                        .startsWith(right ? "Right: the " : "Lost the ")
                        .contains(vote.label());
            }
        }
    }

    @Test
    void aPrunedAnswerLeadsToTheMomentThatPrunedIt() {
        // An answer that no candidate has: the path with it is pruned by hand after its selection.
        int pruned = SearchTree.of(LOG).nodes().stream()
                .filter(node -> node.fate() == SearchTree.Fate.PRUNED)
                .findFirst()
                .orElseThrow()
                .id();
        int kept = tree("99", pruned);
        assertThat(sentence()).startsWith("Pruned at step 1: this path gives the right answer");
        model.follow();
        assertThat(tree.selected().get()).isEqualTo(pruned);
        assertThat(tree.cursor().get()).isEqualTo(kept);
        assertThat(tree.snapshot().get().tree().node(pruned).fate()).isEqualTo(SearchTree.Fate.PRUNED);
        tree.travel(-1);
        assertThat(tree.snapshot().get().tree().node(pruned).fate()).isNotEqualTo(SearchTree.Fate.PRUNED);
    }

    @Test
    void anotherSearchClearsTheStripFirst() {
        show("17");
        var seen = new ArrayList<String>();
        model.strip().subscribe(strip -> seen.add(strip.sentence()));
        show(null);
        assertThat(seen).contains("").last().isEqualTo("No gold answer: right or wrong is unknown.");
    }

    private String sentence() {
        return model.strip().get().sentence();
    }

    private static String elected(Vote vote) {
        var task = Tasks.MATHEMATICS;
        return new Answers(Problem.typed("?", null), task)
                .tally(SearchTree.of(LOG), Reduction.LAST, Verdicts.NONE)
                .elect(vote)
                .orElseThrow()
                .display();
    }

    /// Shows the log with the text of one node replaced by an answer.
    ///
    /// @return the moment after its pruning
    private int tree(String answer, int node) {
        var log = LOG.stream()
                .map(event -> event
                                        instanceof
                                        SearchEvent.Sampled(
                                                int request,
                                                int parent,
                                                int child,
                                                int first,
                                                var steps,
                                                var finish,
                                                var cost,
                                                var variant,
                                                var note)
                                && first == node
                        ? new SearchEvent.Sampled(
                                request,
                                parent,
                                child,
                                first,
                                List.of(Step.of("So $\\boxed{" + answer + "}$.\n\n", new int[] {1}, new float[] {0})),
                                finish,
                                cost,
                                variant,
                                note)
                        : event)
                .toList();
        show(answer, log);
        for (int i = 0; i < log.size(); i++)
            if (log.get(i) instanceof SearchEvent.Selected selected
                    && selected.pruned().stream().anyMatch(choice -> choice.node() == node)) return i + 1;
        throw new AssertionError("not pruned");
    }

    private void show(@Nullable String gold) {
        show(gold, LOG);
    }

    private void show(@Nullable String gold, List<SearchEvent> log) {
        tree.show(Grown.stored(gold, log));
    }
}
