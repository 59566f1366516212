package dev.espalier.search.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.model.StepSplitter;
import dev.espalier.search.Runs;
import dev.espalier.search.Script;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Lookahead in standard mode. [ParityTest] tests the differences in parity mode.
class LookaheadTest {

    /// Five more steps follow "a"; one step follows "b".
    private static Script script() {
        return new Script()
                .after("", "a\n\n", "b\n\n")
                .after("a\n\n", "1\n\n")
                .after("a\n\n1\n\n", "2\n\n")
                .after("a\n\n1\n\n2\n\n", "3\n\n")
                .after("a\n\n1\n\n2\n\n3\n\n", "4\n\n")
                .score("1\n\n", 0.9)
                .score("3\n\n", 0.8)
                .score("end", 0.6);
    }

    private static List<Request.LookAhead> lookAheads(Script script) {
        return script.waves.stream()
                .flatMap(List::stream)
                .filter(Request.LookAhead.class::isInstance)
                .map(Request.LookAhead.class::cast)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"beam-search, 1", "beam-search, 3", "dvts, 1", "dvts, 3"})
    void aStepIsScoredWithItsLookaheadAndOnlyTheStepIsKept(String strategy, int k) {
        var script = script();
        var tree = script.standard(strategy, Map.of("N", 2, "M", 2, "lookahead", k))
                .tree();
        assertThat(script.scored.subList(0, 2))
                .containsExactly(k == 1 ? "a\n\n1\n\n" : "a\n\n1\n\n2\n\n3\n\n", "b\n\nend");
        assertThat(tree.node(1).pathScores()).isEqualTo(k == 1 ? List.of(0.5, 0.9) : List.of(0.5, 0.9, 0.5, 0.8));
        assertThat(tree.root().children())
                .extracting(node -> node.step().text())
                .containsExactly("a\n\n", "b\n\n");
        assertThat(Script.texts(tree, script.selected().getFirst().kept())).containsExactly("a\n\n");
        assertThat(script.waves.stream()
                        .filter(wave -> wave.getFirst() instanceof Request.Sample)
                        .toList()
                        .get(1))
                .as("the next steps follow the step, not what was looked ahead")
                .allMatch(request -> ((Request.Sample) request).parent() == 1);
    }

    @ParameterizedTest
    @CsvSource({"beam-search", "dvts"})
    void lookaheadEndsWithTheText(String strategy) {
        var script = script();
        script.standard(strategy, Map.of("N", 2, "M", 2, "lookahead", 3));
        assertThat(lookAheads(script).stream().filter(ahead -> ahead.node() == 1))
                .hasSize(3);
        assertThat(lookAheads(script).stream().filter(ahead -> ahead.node() == 2))
                .as("its text ended at once")
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"beam-search", "dvts"})
    void thereIsNoLookaheadInTheLastIteration(String strategy) {
        var script = script();
        script.standard(strategy, Map.of("N", 2, "M", 2, "lookahead", 2, "iterations", 1));
        assertThat(lookAheads(script)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"beam-search", "dvts"})
    void costIncludesLookahead(String strategy) {
        var script = script();
        var tree = script.standard(strategy, Map.of("N", 2, "M", 2, "lookahead", 3, "iterations", 2))
                .tree();
        var sampled = Runs.of(SearchEvent.Sampled.class, script.log).stream()
                .mapToLong(event -> event.cost().generated())
                .sum();
        var ahead = Runs.of(SearchEvent.LookedAhead.class, script.log).stream()
                .mapToLong(event -> event.cost().generated())
                .sum();
        assertThat(ahead).isEqualTo(4);
        assertThat(tree.policyCost().generated()).isEqualTo(sampled + ahead);
        assertThat(tree.rewardCost().processed())
                .as("the steps looked ahead were read by the reward model too")
                .isEqualTo(script.scored.stream()
                        .mapToLong(text -> new StepSplitter("\n\n").split(text).size())
                        .sum());
    }
}
