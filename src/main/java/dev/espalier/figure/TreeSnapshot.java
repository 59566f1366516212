package dev.espalier.figure;

import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.SearchTree.Fate;

/// A copy of what figures need of a [SearchTree], so that other threads can lay it out and draw it while the search
/// continues. One entry per node; node 0 is the problem, and a parent's number is below its children's. Do not modify
/// the arrays.
///
/// @param parents    -1 for node 0
/// @param depths     0 for node 0
/// @param scores     0 to 1; NaN if unscored
/// @param fates      the fate of each node
/// @param candidates candidate number; -1 if the path has not ended
/// @param maxDepth   the deepest row
record TreeSnapshot(int[] parents, int[] depths, float[] scores, Fate[] fates, int[] candidates, int maxDepth) {

    static TreeSnapshot of(SearchTree tree) {
        var nodes = tree.nodes();
        int n = nodes.size();
        var shape = new TreeSnapshot(new int[n], new int[n], new float[n], new Fate[n], new int[n], tree.maxDepth());
        for (int i = 0; i < n; i++) {
            var node = nodes.get(i);
            shape.parents[i] = node.parent();
            shape.depths[i] = node.depth();
            shape.scores[i] = (float) node.score();
            shape.fates[i] = node.fate();
            shape.candidates[i] = node.candidate();
        }
        return shape;
    }

    int size() {
        return parents.length;
    }

    boolean ended(int node) {
        return candidates[node] >= 0;
    }

    boolean pruned(int node) {
        return fates[node] == Fate.PRUNED;
    }

    int nodeOfCandidate(int candidate) {
        if (candidate >= 0) for (int i = 0; i < candidates.length; i++) if (candidates[i] == candidate) return i;
        return -1;
    }
}
