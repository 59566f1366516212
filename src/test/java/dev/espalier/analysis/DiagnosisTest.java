package dev.espalier.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Step;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Answers;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import dev.espalier.task.Task;
import dev.espalier.task.Tasks;
import dev.espalier.task.Verdicts;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiagnosisTest {
    private final SearchTree tree = new SearchTree();
    private int ends;

    @ParameterizedTest
    @ValueSource(strings = {"NAIVE", "MAJORITY", "WEIGHTED"})
    void aRightWinnerIsRight(Vote vote) {
        candidate(0.9, "$\\boxed{17}$");
        candidate(0.1, "$\\boxed{3}$");
        assertThat(finished("17", vote))
                .isInstanceOfSatisfying(
                        Diagnosis.Right.class,
                        right -> assertThat(right.winner().display()).isEqualTo("17"));
    }

    @ParameterizedTest
    @CsvSource({"NAIVE, 0.4", "MAJORITY, 1", "WEIGHTED, 0.9"})
    void aLostVoteTellsTheWinnerAndTheDifference(Vote vote, double by) {
        candidate(0.5, "$\\boxed{17}$");
        candidate(0.9, "$\\boxed{3}$");
        candidate(0.5, "$\\boxed{3}$");
        assertThat(finished("17", vote)).isInstanceOfSatisfying(Diagnosis.LostVote.class, lost -> {
            assertThat(lost.winner().display()).isEqualTo("3");
            assertThat(lost.right().display()).isEqualTo("17");
            assertThat(lost.by()).isCloseTo(by, within(1e-9));
        });
    }

    @Test
    void aLostVoteDependsOnTheVote() {
        candidate(0.9, "$\\boxed{17}$");
        candidate(0.2, "$\\boxed{3}$");
        candidate(0.2, "$\\boxed{3}$");
        assertThat(finished("17", Vote.NAIVE)).isInstanceOf(Diagnosis.Right.class);
        assertThat(finished("17", Vote.MAJORITY)).isInstanceOf(Diagnosis.LostVote.class);
        assertThat(finished("17", Vote.WEIGHTED)).isInstanceOf(Diagnosis.Right.class);
    }

    @Test
    void aVoteWithoutScoresIsLostByAnUnknownDifference() {
        candidate(Double.NaN, "$\\boxed{3}$");
        candidate(Double.NaN, "$\\boxed{17}$");
        assertThat(finished("17", Vote.NAIVE))
                .isInstanceOfSatisfying(
                        Diagnosis.LostVote.class, lost -> assertThat(lost.by()).isNaN());
    }

    @Test
    void theBestOfSeveralRightGroupsLostTheVote() {
        candidate(0.9, "$\\boxed{3}$");
        candidate(0.2, "$\\boxed{0.5}$");
        candidate(0.7, "$\\boxed{\\frac{2}{4}}$");
        assertThat(finished("\\frac12", Vote.NAIVE))
                .isInstanceOfSatisfying(
                        Diagnosis.LostVote.class, lost -> assertThat(lost.by()).isCloseTo(0.2, within(1e-9)));
    }

    @Test
    void aPrunedPathWithTheRightAnswerIsFoundAtItsStep() {
        candidate(0.9, "$\\boxed{3}$");
        int first = grow(0, "Let x be the number.\n\n", Finish.STEP);
        int second = grow(first, "So $x = \\boxed{17}$.\n\n", Finish.STEP);
        prune(second);
        assertThat(finished("17", Vote.WEIGHTED)).isEqualTo(new Diagnosis.Pruned(second, 2, false));
    }

    @Test
    void aPathPrunedByHandIsFoundToo() {
        int node = grow(0, "So $x = \\boxed{17}$.\n\n", Finish.STEP);
        tree.apply(new SearchEvent.Intervened(new Intervention.Prune(node)));
        assertThat(finished("17", Vote.WEIGHTED)).isEqualTo(new Diagnosis.Pruned(node, 1, false));
    }

    @Test
    void aLookAheadOfAPrunedPathCanGiveTheRightAnswer() {
        int node = grow(0, "Let x be the number.\n\n", Finish.STEP);
        tree.apply(new SearchEvent.LookedAhead(
                1, node, List.of(step("So $x = \\boxed{17}$.")), Finish.STOP, new Cost(1, 1)));
        prune(node);
        assertThat(finished("17", Vote.WEIGHTED)).isEqualTo(new Diagnosis.Pruned(node, 1, true));
    }

    @Test
    void whereOtherPrunedPathsLedIsUnknown() {
        candidate(0.9, "$\\boxed{3}$");
        prune(grow(0, "17 is promising.\n\n", Finish.STEP), grow(0, "Let x = 17.\n\n", Finish.STEP));
        assertThat(finished("17", Vote.WEIGHTED)).isEqualTo(new Diagnosis.NotCovered(1, 2));
    }

    @Test
    void aSearchWithoutCandidatesIsNotCovered() {
        assertThat(finished("17", Vote.WEIGHTED)).isEqualTo(new Diagnosis.NotCovered(0, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The final answer is 17.\n\nCheck: $\\boxed{3}$",
                "$\\boxed{17}$ is what we get.\n\nFor the other root, the final answer is $\\boxed{3}$.",
                "The answer is 17. Hmm, so $\\boxed{3}$"
            })
    void anAnswerThatIsNamedEarlierIsAnExtractionError(String text) {
        int node = candidate(0.9, text);
        assertThat(finished("17", Vote.WEIGHTED))
                .isEqualTo(new Diagnosis.ExtractionError(node, 0, "3", false, Diagnosis.Evidence.NAMED_EARLIER));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "There are 17 apples in 3 baskets",
                "x=17 by line 3",
                "**17** (see 3)",
                "It costs $17$ for 3",
                "17 holds by rule 3"
            })
    void aLastStepThatContainsTheGoldAnswerIsAnExtractionErrorIfNothingNamesAnAnswer(String text) {
        candidate(0.9, text);
        assertThat(finished("17", Vote.WEIGHTED))
                .isInstanceOfSatisfying(
                        Diagnosis.ExtractionError.class,
                        error -> assertThat(error.evidence()).isEqualTo(Diagnosis.Evidence.IN_LAST_STEP));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "There are 170 apples in 3 baskets",
                "It is 3.17 and 3",
                "It is 17.5 and 3",
                "It is -17 and 3",
                "It is 17,000 and 3",
                "x17 and 3",
                "17 is too many, so $\\boxed{3}$",
                "Is it 17? No.\n\nThere are 3 apples"
            })
    void otherTextsAreNoExtractionErrors(String text) {
        var steps = text.split("(?<=\n\n)");
        int node = 0;
        for (int i = 0; i < steps.length; i++)
            node = grow(node, steps[i], i == steps.length - 1 ? Finish.STOP : Finish.STEP);
        end(node);
        assertThat(finished("17", Vote.WEIGHTED)).isEqualTo(new Diagnosis.NotCovered(1, 0));
    }

    @Test
    void aTextThatWasCutOffHasNoConclusion() {
        int node = grow(0, "There are 17 apples in 3", Finish.LENGTH);
        tree.apply(new SearchEvent.Ended(0, node, Finish.LENGTH));
        assertThat(finished("17", Vote.WEIGHTED)).isEqualTo(new Diagnosis.NotCovered(1, 0));
    }

    @Test
    void aSingleLetterIsNoEvidence() {
        candidate(0.9, "A bird sees C and 3");
        assertThat(finished("C", Vote.WEIGHTED)).isEqualTo(new Diagnosis.NotCovered(1, 0));
    }

    @Test
    void withoutAGoldAnswerThereIsNoDiagnosis() {
        candidate(0.9, "$\\boxed{3}$");
        assertThat(finished(null, Vote.WEIGHTED)).isEqualTo(new Diagnosis.NoGold());
    }

    @Test
    void aSearchThatIsNotOverIsDiagnosedSoFar() {
        int node = grow(0, "So $\\boxed{17}$.\n\n", Finish.STEP);
        assertThat(now("17", Vote.WEIGHTED, Verdicts.NOW))
                .isEqualTo(new Diagnosis.NotFinished(new Diagnosis.NotCovered(0, 0), ""));
        prune(node);
        assertThat(now("17", Vote.WEIGHTED, Verdicts.NOW))
                .isEqualTo(new Diagnosis.NotFinished(new Diagnosis.Pruned(node, 1, false), ""));
        candidate(0.9, "The answer is 17. Hmm, $\\boxed{3}$");
        tree.apply(new SearchEvent.Failed("The server is gone."));
        assertThat(now("18", Vote.WEIGHTED, Verdicts.NOW))
                .isEqualTo(new Diagnosis.NotFinished(new Diagnosis.NotCovered(1, 1), "The server is gone."));
    }

    @Test
    void anAnswerWithoutVerdictIsNeitherRightNorWrong() {
        candidate(0.9, "$\\boxed{17}$");
        prune(grow(0, "So $\\boxed{5}$.\n\n", Finish.STEP));
        tree.apply(new SearchEvent.Finished(1, Cost.NONE, Cost.NONE));
        assertThat(now("17", Vote.WEIGHTED, Verdicts.NONE)).isEqualTo(new Diagnosis.Ungraded(2));
    }

    @Test
    void choicesAreDiagnosedByTheirOwnGrader() {
        candidate(0.9, "$\\boxed{B}$");
        int node = grow(0, "So $\\boxed{\\text{(C) Plane}}$.\n\n", Finish.STEP);
        prune(node);
        tree.apply(new SearchEvent.Finished(1, Cost.NONE, Cost.NONE));
        assertThat(of("C", Vote.WEIGHTED, Verdicts.NOW, Tasks.named("choice")))
                .isEqualTo(new Diagnosis.Pruned(node, 1, false));
    }

    private Diagnosis finished(@Nullable String gold, Vote vote) {
        tree.apply(new SearchEvent.Finished(ends, Cost.NONE, Cost.NONE));
        return now(gold, vote, Verdicts.NOW);
    }

    private Diagnosis now(@Nullable String gold, Vote vote, Verdicts verdicts) {
        return of(gold, vote, verdicts, Tasks.MATHEMATICS);
    }

    private Diagnosis of(@Nullable String gold, Vote vote, Verdicts verdicts, Task task) {
        var answers = new Answers(Problem.typed("?", gold), task);
        Tally tally = answers.tally(tree, Reduction.LAST, verdicts);
        return Diagnosis.of(tree, answers, tally, vote, verdicts);
    }

    private int candidate(double score, String text) {
        int node = grow(0, text, Finish.STOP);
        if (!Double.isNaN(score)) tree.apply(new SearchEvent.Scored(1, node, List.of(score), Cost.NONE));
        end(node);
        return node;
    }

    private void end(int node) {
        tree.apply(new SearchEvent.Ended(ends++, node, Finish.STOP));
    }

    private int grow(int parent, String text, Finish finish) {
        int node = tree.nodes().size();
        int child = tree.node(parent).children().size();
        tree.apply(new SearchEvent.Grown(parent, child, node, step(text), finish));
        return node;
    }

    private void prune(Integer... nodes) {
        var choices = List.of(nodes).stream()
                .map(node -> new SearchEvent.Choice(node, 0, 0, ""))
                .toList();
        tree.apply(new SearchEvent.Selected(0, List.of(), choices));
    }

    private static Step step(String text) {
        return Step.of(text, new int[] {1}, new float[] {0});
    }
}
