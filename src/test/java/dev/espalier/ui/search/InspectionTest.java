package dev.espalier.ui.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.answer.Extraction;
import dev.espalier.model.Finish;
import dev.espalier.model.Step;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Answers;
import dev.espalier.search.vote.Tallies;
import dev.espalier.search.vote.Tally;
import dev.espalier.task.Tasks;
import dev.espalier.ui.kit.Grown;
import java.util.Comparator;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InspectionTest {
    private static final Problem GRADED = Problem.typed("?", "17");

    private final SearchTree tree = SearchTree.of(Grown.search("beam-search", Map.of("N", 8, "M", 4), 5));
    private final Tally tally = Tallies.of(Candidate.of(tree), Reduction.LAST, "17");

    @Test
    void aCandidateShowsItsStepsWithTheScoresOfItsOwnPath() {
        var node = tree.candidates().get(2);
        var inspection = Inspection.of(tree, node.id(), tally, new Answers(GRADED, Tasks.MATHEMATICS));
        assertThat(inspection.title()).isEqualTo("Candidate 3");
        assertThat(inspection.steps()).extracting(Inspection.StepRow::score).isEqualTo(node.pathScores());
        assertThat(inspection.steps())
                .extracting(Inspection.StepRow::node)
                .isEqualTo(
                        tree.path(node.id()).stream().map(SearchTree.Node::id).toList());
        assertThat(inspection.text()).isEqualTo(tree.text(node.id()));
    }

    @Test
    void aCandidateNamesItsAnswerAndWhetherItIsRight() {
        for (var node : tree.candidates()) {
            var inspection = Inspection.of(tree, node.id(), tally, new Answers(GRADED, Tasks.MATHEMATICS));
            assertThat(inspection.text()).contains("boxed{" + inspection.answer() + "}");
            assertThat(inspection.found())
                    .isNotNull()
                    .satisfies(found -> assertThat(inspection.text().substring(found.start(), found.end()))
                            .isEqualTo(inspection.answer()))
                    .extracting(Extraction::rule)
                    .isEqualTo(Extraction.Rule.BOXED);
            assertThat(inspection.verdict()).startsWith(inspection.answer().equals("17") ? "right, " : "wrong, ");
        }
    }

    @Test
    void aChoiceInTwoFormsIsOneChoice() {
        var tree = answering("So $\\boxed{C}$.", "So $\\boxed{\\text{(C) Plane}}$.");
        var inspection = Inspection.of(
                tree,
                2,
                Tallies.of(Candidate.of(tree), Reduction.LAST, "C", Tasks.named("choice")),
                new Answers(Problem.typed("?", "C"), Tasks.named("choice")));
        assertThat(inspection.ways()).containsExactly("C × 1", "(C) Plane × 1, same choice");
    }

    @Test
    void anAnswerInSeveralFormsSaysWhyTheyAreEqual() {
        var tree = answering("So $\\boxed{0.5}$.", "So $\\boxed{\\frac12}$.", "So $\\boxed{0.5}$.");
        var inspection = Inspection.of(
                tree, 2, Tallies.of(Candidate.of(tree), Reduction.LAST, "0.5"), new Answers(GRADED, Tasks.MATHEMATICS));
        assertThat(inspection.ways()).hasSize(2);
        assertThat(inspection.ways().getFirst()).isEqualTo("0.5 × 2");
        assertThat(inspection.ways().getLast()).contains("× 1, ");
    }

    @Test
    void withoutAGoldAnswerThereIsNoRightOrWrong() {
        var inspection = Inspection.of(
                tree,
                tree.candidates().getFirst().id(),
                tally,
                new Answers(Problem.typed("?", null), Tasks.MATHEMATICS));
        assertThat(inspection.verdict())
                .doesNotContain("right")
                .doesNotContain("wrong")
                .contains("vote");
    }

    @Test
    void aPrunedStepShowsItsRankAndFollowsItsBetterSiblings() {
        var pruned = tree.nodes().stream()
                .filter(node -> node.fate() == SearchTree.Fate.PRUNED)
                .findFirst()
                .orElseThrow();
        var inspection = Inspection.of(tree, pruned.id(), tally, new Answers(GRADED, Tasks.MATHEMATICS));
        assertThat(inspection.subtitle()).startsWith("pruned · rank ");
        assertThat(inspection.siblings())
                .hasSize(tree.node(pruned.parent()).children().size())
                .isSortedAccordingTo(
                        Comparator.comparingDouble(Inspection.SiblingRow::score).reversed());
        assertThat(inspection.family()).startsWith(inspection.siblings().size() + " sampled");
        assertThat(inspection.answer()).isEmpty();
    }

    @Test
    void aStepsTokensHaveTheirLogProbabilities() {
        var node = tree.node(1);
        var rows = Inspection.of(tree, 1, null, new Answers(Problem.typed("?", null), Tasks.MATHEMATICS))
                .tokens();
        assertThat(rows).hasSize(node.step().tokens().length);
        assertThat(rows.getFirst().probability()).isCloseTo(Math.exp(node.step().logProbs()[0]), within(1e-9));
    }

    @Test
    void theRootIsTheProblem() {
        var inspection = Inspection.of(tree, 0, tally, new Answers(GRADED, Tasks.MATHEMATICS));
        assertThat(inspection.title()).isEqualTo("Problem");
        assertThat(inspection.steps()).isEmpty();
        assertThat(inspection.siblings()).isEmpty();
    }

    private static SearchTree answering(String... texts) {
        var tree = new SearchTree();
        for (int i = 0; i < texts.length; i++) {
            tree.apply(
                    new SearchEvent.Grown(0, i, i + 1, Step.of(texts[i], new int[] {1}, new float[] {0}), Finish.STOP));
            tree.apply(new SearchEvent.Ended(i, i + 1, Finish.STOP));
        }
        return tree;
    }
}
