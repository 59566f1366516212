package dev.espalier.search.strategy;

import dev.espalier.search.Strategy;
import dev.espalier.search.StrategyRun;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.SearchEvent.Choice;
import dev.espalier.search.log.SearchTree.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Monte-Carlo tree search over steps. A simulation descends from the problem, at each node to the child with the
/// highest PUCT value, samples M children of the leaf that it reaches, and adds the reward model's value of each child
/// to all its ancestors. There are no rollouts. A child that has ended becomes a candidate. The search is over when
/// there are N candidates or all simulations are used up; in the second case it completes the best unfinished leaves
/// until there are N candidates.
///
/// PUCT = Q + c · P · √(visits of all siblings) / (1 + visits), as in Silver et al. 2017, "Mastering the game of Go
/// without human knowledge". Q is the mean of the values of the node and its descendants; the reward model's values
/// replace rollouts as in Chen et al. 2024, "AlphaMath almost zero". The prior P is uniform, because the children are
/// samples of the policy and so already follow its probabilities (Hubert et al. 2021, "Learning and planning in complex
/// action spaces", section 4). A virtual loss keeps simulations of one wave apart (Chaslot et al. 2008, "Parallel
/// Monte-Carlo tree search").
///
/// A child that the reward model could not score counts as a visit but adds no value; it is chosen last among its
/// siblings until a descendant has a score.
///
/// @param simulations maximum simulations per candidate: the search makes at most N times as many
/// @param c           exploration constant
/// @param parallel    simulations per wave; 1 is the original, sequential algorithm
public record Mcts(int n, int m, int simulations, double c, int parallel) implements Strategy {
    static final Strategies.Entry ENTRY = new Strategies.Entry(
            "mcts",
            "Monte-Carlo tree search with the reward model's values (PUCT)",
            List.of(
                    Parameter.budget(),
                    Parameter.whole("M", "children of each node", 4, 1, 1000),
                    Parameter.whole("simulations", "maximum simulations per candidate", 8, 1),
                    Parameter.number("c", "exploration constant", 1, 0, 100),
                    Parameter.whole("parallel", "simulations per wave; 1 is the sequential algorithm", 1, 1)),
            given -> new Mcts(
                    given.whole("N"),
                    given.whole("M"),
                    given.whole("simulations"),
                    given.number("c"),
                    given.whole("parallel")));

    @Override
    public String name() {
        return "mcts";
    }

    @Override
    public Parameters parameters() {
        return Parameters.NONE
                .with("N", n)
                .with("M", m)
                .with("simulations", simulations)
                .with("c", c)
                .with("parallel", parallel);
    }

    @Override
    public boolean steeredByScores() {
        return true;
    }

    @Override
    public boolean acceptsChange(Strategy changed) {
        return changed instanceof Mcts;
    }

    @Override
    public StrategyRun start() {
        return new Simulations();
    }

    private final class Simulations extends StrategyRun {
        private final Map<Integer, Visited> visited = new LinkedHashMap<>();
        private final List<Visited> pending = new ArrayList<>();
        private Mcts now = Mcts.this;
        private int simulated;
        private int candidates;
        private boolean finishing;

        /// A node's statistics.
        private static final class Visited {
            private final Node node;
            private final List<Visited> children = new ArrayList<>();
            private double sum;
            private int visits;
            /// Visits whose value is unknown.
            private int unknown;
            /// Simulations of this wave that passed through the node.
            private int pending;
            private boolean exhausted;

            Visited(Node node) {
                this.node = node;
            }

            /// The mean of the known values. Pending simulations count as 0 (virtual loss).
            double mean() {
                int known = visits - unknown + pending;
                return known == 0 ? 0 : sum / known;
            }

            boolean isUnknown() {
                return visits > 0 && visits == unknown;
            }
        }

        @Override
        protected void begin() {
            expand(at(origin()));
        }

        @Override
        protected void proceed(List<Node> grown) {
            pending.forEach(each -> each.pending = 0);
            pending.clear();
            grown.forEach(this::backUp);
            var addedByUser = addedByUser();
            addedByUser.forEach(this::backUp);
            if (finishing) {
                for (var node : addedByUser) if (open(at(node))) sample(node, false, false);
                return;
            }
            for (int i = 0; i < now.parallel && candidates < now.n && simulated < (long) now.simulations * now.n; i++)
                if (!simulate()) break;
            if (!asks() && candidates < now.n) finish();
        }

        private Visited at(Node node) {
            return visited.computeIfAbsent(node.id(), _ -> new Visited(node));
        }

        /// Adds the value of a new node to the node and its ancestors, and makes an ended node a candidate.
        private void backUp(Node node) {
            var here = at(node);
            here.exhausted = node.finish().ends();
            if (here.visits == 0) {
                double value = value(node);
                for (var each = here; ; ) {
                    if (Double.isNaN(value)) each.unknown++;
                    else each.sum += value;
                    each.visits++;
                    if (each.node == origin() || each.node.id() == 0) break;
                    var above = at(tree().node(each.node.parent()));
                    if (!above.children.contains(each)) above.children.add(each);
                    above.exhausted = false;
                    each = above;
                }
            }
            if (here.exhausted && node.candidate() < 0 && candidates < now.n && !excluded(node))
                end(candidates++, node);
        }

        /// @return whether there was a leaf to expand
        private boolean simulate() {
            var leaf = pinnedLeaf();
            if (leaf == null) leaf = leafBelow(at(origin()));
            if (leaf == null) {
                // Either the remaining leaves are pending in this wave, or all paths have ended; then
                // the root is expanded again.
                if (asks() || excluded(origin())) return false;
                leaf = at(origin());
            }
            var kept = new ArrayList<Choice>();
            if (leaf.node != origin())
                kept.add(choice(leaf.node, 0, leaf.isUnknown() ? Double.NaN : puct(leaf), reason(leaf)));
            select(simulated++, kept, List.of());
            if (kept.isEmpty()) expand(leaf);
            for (var node : survivors(kept)) expand(at(node));
            return true;
        }

        /// A leaf that the user keeps.
        private @Nullable Visited pinnedLeaf() {
            for (var node : pinned()) if (visited.containsKey(node.id()) && open(at(node))) return at(node);
            return null;
        }

        private void expand(Visited leaf) {
            if (leaf.node.finish().ends()) return;
            for (int i = 0; i < now.m; i++) sample(leaf.node, true, false);
            for (var each = leaf; ; each = at(tree().node(each.node.parent()))) {
                each.pending++;
                pending.add(each);
                if (each.node == origin() || each.node.id() == 0) break;
            }
        }

        /// Whether a node can be expanded.
        private boolean open(Visited leaf) {
            return leaf.children.isEmpty()
                    && leaf.pending == 0
                    && !leaf.node.finish().ends()
                    && !excluded(leaf.node);
        }

        /// Descends to the leaf of the next simulation; null if there is none.
        private @Nullable Visited leafBelow(Visited from) {
            if (from.exhausted) return null;
            if (from.children.isEmpty()) return open(from) ? from : null;
            var left = new ArrayList<>(from.children);
            while (!left.isEmpty()) {
                var best = best(left);
                var leaf = leafBelow(best);
                if (leaf != null) return leaf;
                left.remove(best);
            }
            from.exhausted = from.children.stream().allMatch(child -> child.exhausted);
            return null;
        }

        private Visited best(List<Visited> siblings) {
            var best = siblings.getFirst();
            for (var sibling : siblings)
                if (best.isUnknown() && !sibling.isUnknown()
                        || best.isUnknown() == sibling.isUnknown() && puct(sibling) > puct(best)) best = sibling;
            return best;
        }

        private double puct(Visited child) {
            return child.mean() + exploration(child);
        }

        private String reason(Visited leaf) {
            if (leaf.isUnknown()) return "not scored, the only leaf left";
            return String.format(
                    Locale.ROOT,
                    "PUCT %.3f: mean %.3f of %d, exploration %.3f",
                    puct(leaf),
                    leaf.mean(),
                    leaf.visits,
                    exploration(leaf));
        }

        private double exploration(Visited child) {
            var siblings = at(tree().node(child.node.parent())).children;
            int visits = 0;
            for (var sibling : siblings) visits += sibling.visits + sibling.pending;
            return now.c / Math.max(1, siblings.size()) * Math.sqrt(visits) / (1 + child.visits + child.pending);
        }

        private void finish() {
            finishing = true;
            var leaves = ranked(visited.values().stream()
                    .filter(this::open)
                    .map(each -> each.node)
                    .toList());
            for (int i = 0; i < now.n - candidates && !leaves.isEmpty(); i++)
                sample(leaves.get(i % leaves.size()), false, false);
        }

        @Override
        protected void reconfigure(Strategy changed) {
            super.reconfigure(changed);
            now = (Mcts) changed;
        }
    }
}
