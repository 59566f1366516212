package dev.espalier.figure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

class TreeLayoutTest {
    private static final List<SearchTree> TREES = List.of(
            SampleSearches.beam(16, 4, 6, 1),
            SampleSearches.beam(64, 2, 12, 2),
            SampleSearches.beam(5, 1, 9, 3),
            SampleSearches.bestOf(40, 4),
            SampleSearches.chain(30));

    @Test
    void nodesOfARowKeepTheirDistance() {
        for (var tree : TREES) {
            var layout = TreeLayout.of(tree);
            for (int depth = 0; depth <= layout.maxDepth(); depth++) {
                var row = layout.row(depth);
                for (int i = 1; i < row.length; i++) {
                    assertThat(layout.x(row[i]) - layout.x(row[i - 1]))
                            .isGreaterThanOrEqualTo(2 * TreeLayout.PRUNED - 1e-6);
                }
            }
        }
    }

    @Test
    void childrenStandOneRowBelowTheirParentAndAroundIt() {
        for (var tree : TREES) {
            var layout = TreeLayout.of(tree);
            for (var node : tree.nodes()) {
                if (node.children().isEmpty()) continue;
                var xs = node.children().stream()
                        .mapToDouble(child -> layout.x(child.id()))
                        .summaryStatistics();
                node.children()
                        .forEach(child -> assertThat(layout.y(child.id()) - layout.y(node.id()))
                                .isEqualTo(TreeLayout.ROW));
                assertThat(layout.x(node.id())).isBetween(xs.getMin() - 13, xs.getMax() + 13);
            }
        }
    }

    @Test
    void siblingsStandInTheOrderOfTheLog() {
        for (var tree : TREES) {
            var layout = TreeLayout.of(tree);
            for (var node : tree.nodes())
                assertThat(node.children().stream()
                                .map(child -> layout.x(child.id()))
                                .toList())
                        .isSorted();
        }
    }

    @Test
    void subtreesDoNotCross() {
        for (var tree : TREES) {
            var layout = TreeLayout.of(tree);
            for (int depth = 1; depth <= layout.maxDepth(); depth++) {
                var parents = Arrays.stream(layout.row(depth))
                        .mapToDouble(node -> layout.x(layout.parent(node)))
                        .boxed()
                        .toList();
                assertThat(parents).isSorted();
            }
        }
    }

    @Test
    void neighbouringPrunedSiblingsArePacked() {
        var tree = SampleSearches.beam(16, 4, 2, 1);
        var layout = TreeLayout.of(tree);
        var first = tree.root().children();
        var softly = new SoftAssertions();
        for (int i = 1; i < first.size(); i++) {
            if (first.get(i).fate() == SearchTree.Fate.PRUNED
                    && first.get(i - 1).fate() == SearchTree.Fate.PRUNED) {
                softly.assertThat(layout.x(first.get(i).id())
                                - layout.x(first.get(i - 1).id()))
                        .isEqualTo(2 * TreeLayout.PRUNED);
            }
        }
        softly.assertAll();
    }

    @Test
    void theSameTreeGivesTheSameLayout() {
        var one = TreeLayout.of(SampleSearches.beam(64, 4, 10, 7));
        var other = TreeLayout.of(SampleSearches.beam(64, 4, 10, 7));
        assertThat(one.x).containsExactly(other.x);
    }

    @Test
    void theOrderOfARowStaysWhileTheTreeGrows() {
        var events = SampleSearches.beamEvents(16, 4, 6, 3);
        var growing = new SearchTree();
        int[] before = {};
        for (SearchEvent event : events) {
            growing.apply(event);
            var layout = TreeLayout.of(growing);
            if (layout.maxDepth() < 2) continue;
            var now = layout.row(2);
            if (before.length > 0)
                assertThat(Arrays.stream(now).boxed().toList())
                        .containsSubsequence(Arrays.stream(before).boxed().toList());
            before = now;
        }
        assertThat(before).hasSizeGreaterThan(10);
    }

    @Test
    void aLayoutCopiesTheTreeBeforeItGrows() {
        var events = SampleSearches.beamEvents(4, 2, 3, 1);
        var tree = SearchTree.of(events.subList(0, events.size() / 2));
        int size = tree.nodes().size();
        var later = TreeLayout.later(tree);
        events.subList(events.size() / 2, events.size()).forEach(tree::apply);
        assertThat(later.get().size()).isEqualTo(size).isLessThan(tree.nodes().size());
    }

    @Test
    void manyNodesAndLongPathsAreLaidOut() {
        assertThat(TreeLayout.of(SampleSearches.beam(256, 4, 40, 3)).size()).isGreaterThan(8_000);
        var path = TreeLayout.of(SampleSearches.chain(3_000));
        assertThat(IntStream.range(0, path.size()).mapToDouble(path::x)).allMatch(x -> Math.abs(x) < 1e-6);
    }

    @Test
    void aTreeWithoutStepsIsTheProblemAlone() {
        var layout = TreeLayout.of(new SearchTree());
        assertThat(layout.size()).isOne();
        assertThat(layout.maxDepth()).isZero();
        assertThat(layout.x(0)).isZero();
    }
}
