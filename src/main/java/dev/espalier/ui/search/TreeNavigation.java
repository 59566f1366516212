package dev.espalier.ui.search;

import dev.espalier.figure.TreeLayout;

/// Navigation in a tree with the arrow keys.
enum TreeNavigation {
    PARENT,
    CHILD,
    LEFT,
    RIGHT;

    /// The node in a direction; the same node if there is none. Without a selection (-1), the problem.
    int from(TreeLayout layout, int node) {
        if (node < 0 || node >= layout.size()) return 0;
        return switch (this) {
            case PARENT -> Math.max(0, layout.parent(node));
            case CHILD -> child(layout, node);
            case LEFT -> beside(layout, node, -1);
            case RIGHT -> beside(layout, node, 1);
        };
    }

    /// The nearest child below the node.
    private static int child(TreeLayout layout, int node) {
        if (layout.depth(node) == layout.maxDepth()) return node;
        int nearest = node;
        double least = Double.MAX_VALUE;
        for (int below : layout.row(layout.depth(node) + 1)) {
            double distance = Math.abs(layout.x(below) - layout.x(node));
            if (layout.parent(below) == node && distance < least) {
                least = distance;
                nearest = below;
            }
        }
        return nearest;
    }

    /// The neighbour at the same depth, a sibling or a cousin.
    private static int beside(TreeLayout layout, int node, int way) {
        int[] row = layout.row(layout.depth(node));
        for (int i = 0; i < row.length; i++) if (row[i] == node) return row[Math.clamp(i + way, 0, row.length - 1)];
        return node;
    }
}
