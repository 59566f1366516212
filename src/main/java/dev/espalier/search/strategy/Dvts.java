package dev.espalier.search.strategy;

import dev.espalier.search.Strategy;
import dev.espalier.search.StrategyRun;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.SearchEvent.Choice;
import dev.espalier.search.log.SearchTree.Node;
import java.util.ArrayList;
import java.util.List;

/// Diverse verifier tree search: N/M independent subtrees. In each iteration each subtree samples M next steps and
/// expands the best (on ties the first). When the best step has ended, the subtree completes and scores its unfinished
/// siblings. That gives M candidates per subtree, numbered subtree by subtree, so the first n′ (a multiple of M) are a
/// smaller budget.
///
/// Source: Beeching, Tunstall, Rush 2024, "Scaling test-time compute with open models".
///
/// @param lookahead greedy steps that the score of a step includes
public record Dvts(int n, int m, int iterations, int lookahead) implements Strategy {
    static final Strategies.Entry ENTRY = new Strategies.Entry(
            "dvts",
            "N/M independent subtrees, each expands its best step",
            List.of(
                    Parameter.budget(),
                    Parameter.whole("M", "beam width: steps that a subtree samples per iteration", 4, 1),
                    BeamSearch.ITERATIONS,
                    BeamSearch.LOOKAHEAD),
            Dvts::of);

    private static Dvts of(Parameters given) {
        int n = given.whole("N");
        int m = given.whole("M");
        if (n % m != 0) {
            int below = n / m * m;
            throw Strategies.refuse(
                    "DVTS splits the budget into N/M subtrees, so M must divide N. %d does not divide %d. Set N to %s%d, or change M.",
                    m, n, below == 0 ? "" : below + " or ", below + m);
        }
        return new Dvts(n, m, given.whole("iterations"), given.whole("lookahead"));
    }

    @Override
    public String name() {
        return "dvts";
    }

    @Override
    public Parameters parameters() {
        return Parameters.NONE
                .with("N", n)
                .with("M", m)
                .with("iterations", iterations)
                .with("lookahead", lookahead);
    }

    @Override
    public boolean steeredByScores() {
        return true;
    }

    @Override
    public boolean acceptsChange(Strategy changed) {
        return changed instanceof Dvts other && other.n == n && other.m == m;
    }

    @Override
    public StrategyRun start() {
        return new Subtrees();
    }

    private final class Subtrees extends StrategyRun {
        private final List<Subtree> subtrees = new ArrayList<>();
        private Dvts now = Dvts.this;
        private int iteration;

        private static final class Subtree {
            /// The steps of the next selection; once the best has ended, the candidates.
            private final List<Node> leaves = new ArrayList<>();
            private int requested;
            private boolean finishing;
            private boolean over;
        }

        @Override
        protected void begin() {
            for (int i = 0; i < n / m; i++) {
                subtrees.add(new Subtree());
                expand(subtrees.getLast(), origin());
            }
        }

        @Override
        protected void proceed(List<Node> grown) {
            int from = 0;
            for (var subtree : subtrees) {
                add(subtree, grown.subList(from, from + subtree.requested));
                from += subtree.requested;
                subtree.requested = 0;
            }
            for (var node : addedByUser()) add(subtreeOf(node), List.of(node));
            selectBest();
        }

        private void add(Subtree subtree, List<Node> grown) {
            if (grown.isEmpty()) return;
            // A completed sibling replaces its unfinished prefix.
            subtree.leaves.removeIf(leaf -> grown.stream().anyMatch(node -> tree().isBelow(node, leaf)));
            subtree.leaves.addAll(grown);
            subtree.over = false;
        }

        /// The subtree of a node that the user added: a new one if the node is below none.
        private Subtree subtreeOf(Node added) {
            for (var subtree : subtrees)
                for (var leaf : subtree.leaves)
                    if (added.parent() != origin().id()
                            && (added.parent() == leaf.parent() || tree().isBelow(added, leaf))) return subtree;
            subtrees.add(new Subtree());
            return subtrees.getLast();
        }

        private void expand(Subtree subtree, Node parent) {
            subtree.leaves.clear();
            subtree.requested = m;
            for (int i = 0; i < m; i++) sample(parent, iteration < now.iterations - 1, false);
        }

        private void selectBest() {
            var kept = new ArrayList<Choice>();
            var pruned = new ArrayList<Choice>();
            var selecting = new ArrayList<Subtree>();
            for (var subtree : subtrees) {
                if (subtree.over || subtree.finishing) continue;
                var ranked = ranked(subtree.leaves);
                if (ranked.getFirst().finish().ends()) continue;
                selecting.add(subtree);
                String reason = "of " + ranked.size() + " in subtree " + (subtrees.indexOf(subtree) + 1);
                for (int rank = 0; rank < ranked.size(); rank++)
                    (rank == 0 ? kept : pruned).add(choice(ranked.get(rank), rank, reason));
            }
            if (!kept.isEmpty()) select(iteration, kept, pruned);
            var survivors = kept.isEmpty() ? List.<Node>of() : survivors(kept);
            iteration++;
            for (int i = 0; i < subtrees.size(); i++) {
                var subtree = subtrees.get(i);
                if (subtree.over) continue;
                if (selecting.contains(subtree)) expandBest(subtree, survivors);
                else finish(subtree, i);
            }
        }

        private void expandBest(Subtree subtree, List<Node> survivors) {
            var next = survivors.stream()
                    .filter(subtree.leaves::contains)
                    .findFirst()
                    .orElseGet(() -> ranked(subtree.leaves).getFirst());
            if (excluded(next)) subtree.over = true;
            else expand(subtree, next);
        }

        /// Completes the unfinished siblings. When all have ended, they become the subtree's candidates.
        private void finish(Subtree subtree, int number) {
            for (var leaf : subtree.leaves) {
                if (leaf.finish().ends() || excluded(leaf)) continue;
                sample(leaf, false, false);
                subtree.requested++;
            }
            subtree.finishing = subtree.requested > 0;
            if (subtree.finishing) return;
            subtree.over = true;
            for (int i = 0; i < subtree.leaves.size(); i++) {
                var leaf = subtree.leaves.get(i);
                if (leaf.finish().ends() && !excluded(leaf)) end(number * m + i, leaf);
            }
        }

        @Override
        protected int stepsAhead() {
            return now.lookahead;
        }

        @Override
        protected void reconfigure(Strategy changed) {
            super.reconfigure(changed);
            now = (Dvts) changed;
        }
    }
}
