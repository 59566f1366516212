package dev.espalier.search.breakpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Step;
import dev.espalier.problem.Problem;
import dev.espalier.search.FakeModels;
import dev.espalier.search.Runs;
import dev.espalier.search.SearchControl;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Answers;
import dev.espalier.task.Task;
import dev.espalier.task.Tasks;
import dev.espalier.task.Verdicts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BreakpointTest {
    private static final List<SearchEvent> LOG =
            Runs.log(Runs.config("beam-search", Map.of("N", 16, "M", 4), 3), FakeModels.prompt());

    private static final Task CHOICE = Tasks.named("choice");

    private static Breakpoint.Moment moment(SearchEvent event, SearchTree tree, @Nullable String gold) {
        return new Breakpoint.Moment(
                event, tree, new Answers(Problem.typed("?", gold), Tasks.MATHEMATICS), Verdicts.NOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "iteration = 3",
                "iteration >= 3",
                "score < 0.2",
                "score > 0.95",
                "margin < 0.01",
                "distinct < 2",
                "gold pruned",
                "boxed",
                "tokens >= 2000",
                "processed >= 50000",
                "candidates >= 4",
                "score < 0.2 and iteration >= 3",
                "boxed or gold pruned",
                "(boxed or gold pruned) and not iteration >= 2",
                "not (boxed or score < 0.1)"
            })
    void parsingThenPrintingGivesTheSameText(String text) {
        assertThat(Breakpoint.parse(text)).hasToString(text);
    }

    @Test
    void andBindsMoreTightlyThanOr() {
        assertThat(Breakpoint.parse("boxed or gold pruned and score<0.5"))
                .isEqualTo(new Breakpoint.Either(
                        new Breakpoint.Boxed(),
                        new Breakpoint.Both(new Breakpoint.GoldPruned(), new Breakpoint.Score(true, 0.5))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "score = 0.2|\">\" is expected instead of",
                "iteration 3|\"=\" is expected instead of",
                "iteration = 2.5|whole number",
                "boxed boxed|not expected there",
                "(boxed|missing at the end",
                "frob < 2|not a condition",
                "score < x|not a number",
                "''|missing at the end",
                "not|missing at the end",
                "tokens >= -4|whole number"
            })
    void invalidTextIsRejectedWithTheWordAndTheKnownConditions(String text, String reason) {
        assertThatThrownBy(() -> Breakpoint.parse(text))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("gold pruned");
    }

    @Test
    void deepNestingIsRejected() {
        assertThatThrownBy(() -> Breakpoint.parse("(".repeat(100_000) + "boxed"))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("nested too deeply");
    }

    @Test
    void anIterationHoldsAtItsSelection() {
        assertThat(holding("iteration = 2"))
                .singleElement()
                .satisfies(at -> assertThat(((SearchEvent.Selected) LOG.get(at)).iteration())
                        .isOne());
    }

    @Test
    void scoreConditionsHoldAtEachScoreBelowOrAboveTheLimit() {
        var low = holding("score < 0.3");
        assertThat(low)
                .hasSizeGreaterThan(2)
                .allSatisfy(at -> assertThat(
                                ((SearchEvent.Scored) LOG.get(at)).scores().getLast())
                        .isLessThan(0.3));
        assertThat(low.size() + holding("score > 0.3").size())
                .isEqualTo(Runs.of(SearchEvent.Scored.class, LOG).size());
        var notANumber = new SearchEvent.Scored(1, 0, List.of(Double.NaN), Cost.NONE);
        assertThat(new Breakpoint.Score(true, 0.1).holds(moment(notANumber, new SearchTree(), null)))
                .isTrue();
    }

    @Test
    void theMarginComparesTheBestTwoOfASelection() {
        var tree = new SearchTree();
        var close = new SearchEvent.Selected(
                0,
                List.of(new SearchEvent.Choice(1, 0, 0.9, "")),
                List.of(new SearchEvent.Choice(2, 1, 0.895, ""), new SearchEvent.Choice(3, 2, 0.1, "")));
        assertThat(Breakpoint.parse("margin < 0.01").holds(moment(close, tree, null)))
                .isTrue();
        assertThat(Breakpoint.parse("margin < 0.001").holds(moment(close, tree, null)))
                .isFalse();
    }

    @Test
    void goldPrunedHoldsForTheGoldChoiceInEveryForm() {
        var tree = grown("a $\\boxed{\\text{(C) Plane}}$\n\n", "a $\\boxed{B}$\n\n");
        var selected = new SearchEvent.Selected(
                0, List.of(new SearchEvent.Choice(2, 0, 0.9, "")), List.of(new SearchEvent.Choice(1, 1, 0.1, "")));
        var taken = new SearchEvent.Intervened(new Intervention.Prune(1));
        for (var event : List.of(selected, taken)) {
            assertThat(Breakpoint.parse("gold pruned")
                            .holds(new Breakpoint.Moment(
                                    event, tree, new Answers(Problem.typed("?", "C"), CHOICE), Verdicts.NOW)))
                    .isTrue();
            assertThat(Breakpoint.parse("gold pruned")
                            .holds(new Breakpoint.Moment(
                                    event, tree, new Answers(Problem.typed("?", "B"), CHOICE), Verdicts.NOW)))
                    .isFalse();
        }
    }

    @Test
    void goldPrunedHoldsForAPrunedPathWithTheGoldAnswer() {
        var tree = grown("a $\\boxed{\\frac{1}{2}}$\n\n", "a $\\boxed{3}$\n\n");
        var selected = new SearchEvent.Selected(
                0, List.of(new SearchEvent.Choice(2, 0, 0.9, "")), List.of(new SearchEvent.Choice(1, 1, 0.1, "")));
        assertThat(Breakpoint.parse("gold pruned").holds(moment(selected, tree, "0.5")))
                .isTrue();
        assertThat(Breakpoint.parse("gold pruned").holds(moment(selected, tree, "3")))
                .isFalse();
        assertThat(Breakpoint.parse("gold pruned").holds(moment(selected, tree, null)))
                .isFalse();
    }

    @Test
    void distinctCountsEqualTextsOnce() {
        var tree = grown("same\n\n", "same\n\n", "other\n\n");
        var twins = new SearchEvent.Selected(
                0, List.of(new SearchEvent.Choice(1, 0, 0.9, ""), new SearchEvent.Choice(2, 1, 0.9, "")), List.of());
        assertThat(Breakpoint.parse("distinct < 2").holds(moment(twins, tree, null)))
                .isTrue();
        var both = new SearchEvent.Selected(
                0, List.of(new SearchEvent.Choice(1, 0, 0.9, ""), new SearchEvent.Choice(3, 1, 0.9, "")), List.of());
        assertThat(Breakpoint.parse("distinct < 2").holds(moment(both, tree, null)))
                .isFalse();
    }

    @Test
    void boxedHoldsWhenABoxIsWritten() {
        assertThat(holding("boxed"))
                .hasSize(16)
                .allSatisfy(at -> assertThat(((SearchEvent.Sampled) LOG.get(at))
                                .steps()
                                .getLast()
                                .text())
                        .contains("boxed"));
    }

    @Test
    void aLastingConditionPausesOnceAndOthersEachTime() {
        var seen = new ArrayList<Integer>();
        var control = new SearchControl();
        control.breakAt(List.of(Breakpoint.parse("tokens >= 20"), Breakpoint.parse("iteration = 2")));
        var tree = new SearchTree();
        for (int i = 0; i < LOG.size(); i++) {
            tree.apply(LOG.get(i));
            control.happens(moment(LOG.get(i), tree, "2"));
            if (control.state() != SearchControl.State.PAUSED) continue;
            assertThat(control.hit()).isNotNull();
            seen.add(i);
            control.run();
            assertThat(control.hit()).isNull();
        }
        assertThat(seen).hasSize(2);
        assertThat(LOG.get(seen.get(1))).isInstanceOf(SearchEvent.Selected.class);
    }

    @Test
    void conditionsCompose() {
        assertThat(holding("score < 0.5 and iteration >= 1")).isNotEmpty().allSatisfy(at -> {
            assertThat(SearchTree.of(LOG.subList(0, at + 1)).iterations()).isPositive();
            assertThat(((SearchEvent.Scored) LOG.get(at)).scores().getLast()).isLessThan(0.5);
        });
        assertThat(holding("score < 0.5 and not iteration >= 1").size()
                        + holding("score < 0.5 and iteration >= 1").size())
                .isEqualTo(holding("score < 0.5").size());
    }

    private static List<Integer> holding(String text) {
        var breakpoint = Breakpoint.parse(text);
        var tree = new SearchTree();
        var at = new ArrayList<Integer>();
        for (int i = 0; i < LOG.size(); i++) {
            tree.apply(LOG.get(i));
            if (breakpoint.holds(moment(LOG.get(i), tree, "2"))) at.add(i);
        }
        return at;
    }

    private static SearchTree grown(String... texts) {
        var tree = new SearchTree();
        for (int i = 0; i < texts.length; i++)
            tree.apply(
                    new SearchEvent.Grown(0, i, i + 1, Step.of(texts[i], new int[] {1}, new float[] {0}), Finish.STEP));
        return tree;
    }
}
