package dev.espalier.figure;

import dev.espalier.search.log.SearchTree;
import java.util.Arrays;
import java.util.function.Supplier;

/// The positions of the nodes of a search tree: one row per step, siblings in the order of the log, adjacent pruned
/// siblings packed into a tight group. Immutable. The same tree gives the same layout, and a growing tree keeps its
/// order.
///
/// At scale 1 a unit is 1/96 inch. The problem is at (0, 0); rows are [#ROW] apart.
public final class TreeLayout {
    /// The distance between two rows.
    public static final double ROW = 64;

    private static final double KEPT = 14;
    private static final double ACTIVE = 9;
    private static final double ENDED = 17;
    /// Half the distance between two pruned neighbours, the smallest distance in a row.
    static final double PRUNED = 5;

    final TreeSnapshot shape;
    final double[] x;
    /// The nodes of each row, from left to right.
    final int[][] rows;
    final double left;
    final double right;

    private TreeLayout(TreeSnapshot shape, double[] x) {
        this.shape = shape;
        this.x = x;
        this.rows = rows(shape, x);
        double min = 0, max = 0;
        for (double at : x) {
            min = Math.min(min, at);
            max = Math.max(max, at);
        }
        left = min;
        right = max;
    }

    /// Copies what it needs, so the tree may change afterwards.
    public static TreeLayout of(SearchTree tree) {
        return of(TreeSnapshot.of(tree));
    }

    /// Copies the tree now and computes the layout later, on any thread.
    public static Supplier<TreeLayout> later(SearchTree tree) {
        var shape = TreeSnapshot.of(tree);
        return () -> of(shape);
    }

    private static TreeLayout of(TreeSnapshot shape) {
        return new TreeLayout(shape, new Boxes(shape).place());
    }

    public int size() {
        return shape.size();
    }

    public double x(int node) {
        return x[node];
    }

    public double y(int node) {
        return shape.depths()[node] * ROW;
    }

    public int depth(int node) {
        return shape.depths()[node];
    }

    /// The parent of a node; -1 for the problem.
    public int parent(int node) {
        return shape.parents()[node];
    }

    /// The deepest row; 0 if there is only the problem.
    public int maxDepth() {
        return rows.length - 1;
    }

    /// The nodes of a row, from left to right.
    public int[] row(int depth) {
        return rows[depth].clone();
    }

    public double left() {
        return left;
    }

    public double right() {
        return right;
    }

    private static int[][] rows(TreeSnapshot shape, double[] x) {
        var counts = new int[shape.maxDepth() + 1];
        for (int depth : shape.depths()) counts[depth]++;
        var rows = new Integer[counts.length][];
        for (int depth = 0; depth < counts.length; depth++) rows[depth] = new Integer[counts[depth]];
        for (int node = shape.size() - 1; node >= 0; node--)
            rows[shape.depths()[node]][--counts[shape.depths()[node]]] = node;
        var sorted = new int[rows.length][];
        for (int depth = 0; depth < rows.length; depth++) {
            Arrays.sort(rows[depth], (a, b) -> x[a] != x[b] ? Double.compare(x[a], x[b]) : a - b);
            sorted[depth] =
                    Arrays.stream(rows[depth]).mapToInt(Integer::intValue).toArray();
        }
        return sorted;
    }

    /// The tree with each group of adjacent pruned leaves as one box.
    private static final class Boxes {
        private final TreeSnapshot shape;
        private final int[][] childrenOf;
        private final int[] boxOf;
        private int boxes = 1;
        private int[] parent;
        private int[] firstChild;
        private int[] children;
        private double[] halfWidth;
        /// The position of each node relative to the centre of its box.
        private final double[] inBox;

        Boxes(TreeSnapshot shape) {
            this.shape = shape;
            int n = shape.size();
            childrenOf = childrenOf(shape);
            boxOf = new int[n];
            inBox = new double[n];
            parent = new int[n];
            firstChild = new int[n];
            children = new int[n];
            halfWidth = new double[n];
        }

        private static int[][] childrenOf(TreeSnapshot shape) {
            var counts = new int[shape.size()];
            for (int parent : shape.parents()) if (parent >= 0) counts[parent]++;
            var children = new int[shape.size()][];
            for (int node = 0; node < children.length; node++) children[node] = new int[counts[node]];
            for (int node = shape.size() - 1; node > 0; node--) {
                int parent = shape.parents()[node];
                children[parent][--counts[parent]] = node;
            }
            return children;
        }

        double[] place() {
            parent[0] = -1;
            halfWidth[0] = KEPT;
            for (int node = 0; node < shape.size(); node++) group(node);
            parent = Arrays.copyOf(parent, boxes);
            var at = TidyTree.place(parent, firstChild, children, halfWidth);
            var x = new double[shape.size()];
            for (int node = 0; node < x.length; node++) x[node] = at[boxOf[node]] + inBox[node];
            return x;
        }

        private void group(int node) {
            int box = boxOf[node];
            var below = childrenOf[node];
            if (below.length == 0) return;
            firstChild[box] = boxes;
            for (int i = 0; i < below.length; ) {
                int end = i;
                while (end < below.length && tight(below[end])) end++;
                int members = Math.max(1, end - i);
                parent[boxes] = box;
                halfWidth[boxes] = end > i ? members * PRUNED : room(below[i]);
                for (int k = 0; k < members; k++) {
                    boxOf[below[i + k]] = boxes;
                    inBox[below[i + k]] = (2 * k + 1 - members) * PRUNED;
                }
                boxes++;
                children[box]++;
                i += members;
            }
        }

        private boolean tight(int node) {
            return shape.pruned(node) && childrenOf[node].length == 0;
        }

        private double room(int node) {
            return shape.ended(node)
                    ? ENDED
                    : switch (shape.fates()[node]) {
                        case KEPT, ENDED -> KEPT;
                        case ACTIVE -> ACTIVE;
                        case PRUNED -> PRUNED;
                    };
        }
    }
}
