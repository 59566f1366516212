package dev.espalier.ui.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.figure.TreeLayout;
import dev.espalier.search.log.SearchTree;
import dev.espalier.ui.kit.Grown;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TreeNavigationTest {
    private final SearchTree tree = SearchTree.of(Grown.search("beam-search", Map.of("N", 8, "M", 2), 5));
    private final TreeLayout layout = TreeLayout.of(tree);

    @Test
    void navigationStartsAtTheProblem() {
        assertThat(TreeNavigation.CHILD.from(layout, -1)).isZero();
    }

    @Test
    void downGoesToAChildAndUpComesBack() {
        int child = TreeNavigation.CHILD.from(layout, 0);
        assertThat(tree.node(child).parent()).isZero();
        assertThat(TreeNavigation.PARENT.from(layout, child)).isZero();
        assertThat(TreeNavigation.PARENT.from(layout, 0)).isZero();
    }

    @Test
    void downFromALeafStaysThere() {
        int leaf = tree.nodes().stream()
                .filter(node -> node.children().isEmpty())
                .findFirst()
                .orElseThrow()
                .id();
        assertThat(TreeNavigation.CHILD.from(layout, leaf)).isEqualTo(leaf);
    }

    @Test
    void rightMovesAlongTheWholeDepthAndStopsAtItsEnd() {
        int[] row = layout.row(1);
        int at = row[0];
        for (int i = 1; i < row.length; i++)
            assertThat(at = TreeNavigation.RIGHT.from(layout, at)).isEqualTo(row[i]);
        assertThat(TreeNavigation.RIGHT.from(layout, at)).isEqualTo(at);
        assertThat(TreeNavigation.LEFT.from(layout, row[0])).isEqualTo(row[0]);
    }
}
