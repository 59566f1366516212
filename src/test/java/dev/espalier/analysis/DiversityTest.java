package dev.espalier.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.model.Finish;
import dev.espalier.model.Step;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.ui.kit.Grown;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DiversityTest {
    private final List<SearchEvent> log = new ArrayList<>();
    private int nodes = 1;

    @Test
    void aCollapseToOneFirstStepHasOneEffectiveBeam() {
        int a = grow(0, "a");
        int b = grow(0, "b");
        int c = grow(0, "c");
        int d = grow(0, "d");
        select(0, a, b, c, d);
        int a1 = grow(a, "1");
        int a2 = grow(a, "2");
        int b1 = grow(b, "1");
        int b2 = grow(b, "2");
        select(1, a1, a2, b1, b2);
        int e = grow(a1, "x");
        int f = grow(a1, "x");
        select(2, e, f);
        assertThat(of()).containsExactly(row(0, 4, 4, 2), row(1, 4, 4, 1), row(2, 2, 1, 0));
        assertThat(of()).extracting(Diversity::effective).containsExactly(4.0, 2.0, 1.0);
    }

    @Test
    void equalTextsOfDifferentNodesAreOne() {
        select(0, grow(0, "a"), grow(0, "a"), grow(0, "b"));
        assertThat(of()).singleElement().satisfies(row -> {
            assertThat(row.distinct()).isEqualTo(2);
            assertThat(row.entropy()).isCloseTo(0.9183, within(1e-4));
        });
    }

    @Test
    void equalLastStepsOfDifferentPathsAreTwo() {
        select(0, grow(grow(0, "a"), "x"), grow(grow(0, "b"), "x"));
        assertThat(of()).containsExactly(row(0, 2, 2, 1));
    }

    @Test
    void selectionsOfOneIterationCountTogether() {
        select(0, grow(0, "a"));
        select(0, grow(0, "b"));
        select(1);
        assertThat(of()).containsExactly(row(0, 2, 2, 1));
    }

    @Test
    void aPathThatIsKeptTwiceCountsTwice() {
        int a = grow(0, "a");
        select(0, a, a);
        assertThat(of()).containsExactly(row(0, 2, 1, 0));
    }

    @Test
    void aSearchWithoutSelectionsHasNone() {
        grow(0, "a");
        assertThat(of()).isEmpty();
    }

    @Test
    void anEarlierMomentHasTheFirstRowsOnly() {
        var search = Grown.search("beam-search", Map.of("N", 8, "M", 2), 5);
        var tree = SearchTree.of(search);
        var all = Diversity.of(tree, search);
        assertThat(all)
                .hasSizeGreaterThan(1)
                .allSatisfy(row -> assertThat(row.effective()).isBetween(1 - 1e-9, row.kept() + 1e-9));
        int second = (int) search.stream()
                .takeWhile(event -> !(event instanceof SearchEvent.Selected selected && selected.iteration() == 1))
                .count();
        assertThat(Diversity.of(tree, search.subList(0, second))).isEqualTo(all.subList(0, 1));
    }

    private List<Diversity> of() {
        return Diversity.of(SearchTree.of(log), log);
    }

    private static Diversity row(int iteration, int kept, int distinct, double bits) {
        return new Diversity(iteration, kept, distinct, bits);
    }

    private int grow(int parent, String text) {
        log.add(new SearchEvent.Grown(
                parent, nodes, nodes, Step.of(text, new int[] {1}, new float[] {0}), Finish.STEP));
        return nodes++;
    }

    private void select(int iteration, Integer... kept) {
        var choices = Stream.of(kept)
                .map(node -> new SearchEvent.Choice(node, 0, 0, ""))
                .toList();
        log.add(new SearchEvent.Selected(iteration, choices, List.of()));
    }
}
