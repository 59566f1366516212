package dev.espalier.search.strategy;

import dev.espalier.search.Strategy;
import dev.espalier.search.StrategyRun;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.SearchEvent.Choice;
import dev.espalier.search.log.SearchTree.Node;
import java.util.ArrayList;
import java.util.List;

/// Diverse verifier tree search as in the search-and-learn toolkit (`dvts`): ⌊N/M⌋ subtrees. Each expands the best of
/// its M next steps (on ties the first), scored with their look-ahead steps. A subtree ends when that step is empty or
/// ends the text, or when the text contains a box. The last M steps of a subtree are its candidates, finished or not.
///
/// @param lookahead greedy steps that the score of a step includes
public record ParityDvts(int n, int m, int iterations, int lookahead) implements Strategy {
    static final Strategies.Entry ENTRY = new Strategies.Entry(
            "dvts",
            "DVTS as in the search-and-learn toolkit",
            List.of(
                    Parameter.budget(),
                    Parameter.whole("M", "beam width: steps that a subtree samples per iteration", 4, 1),
                    BeamSearch.ITERATIONS,
                    BeamSearch.LOOKAHEAD),
            ParityDvts::of);
    private static final String BOX = "boxed{";

    private static ParityDvts of(Parameters given) {
        int n = given.whole("N");
        int m = given.whole("M");
        if (n < m)
            throw Strategies.refuse(
                    "DVTS in parity mode has ⌊N/M⌋ subtrees, which is 0 for N = %d and M = %d. Set N to at least %d, or decrease M.",
                    n, m, m);
        return new ParityDvts(n, m, given.whole("iterations"), given.whole("lookahead"));
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
    public StrategyRun start() {
        return new Subtrees();
    }

    private static final class Subtree {
        private Node at;
        /// The sampled steps below it, of which one is selected.
        private List<Node> leaves = new ArrayList<>();
        private boolean over;

        private Subtree(Node at) {
            this.at = at;
        }
    }

    private final class Subtrees extends StrategyRun {
        private final List<Subtree> subtrees = new ArrayList<>();
        private int iteration;

        @Override
        protected void begin() {
            for (int i = 0; i < n / m; i++) subtrees.add(new Subtree(origin()));
            extend();
        }

        private void extend() {
            for (var subtree : subtrees)
                for (int i = 0; i < m && !subtree.over; i++) sample(subtree.at, !last(), false);
        }

        @Override
        protected void proceed(List<Node> grown) {
            int from = 0;
            for (var subtree : subtrees) {
                if (subtree.over || grown.isEmpty()) continue;
                subtree.leaves = new ArrayList<>(grown.subList(from, from + m));
                from += m;
            }
            for (var node : addedByUser()) adopt(node);
            selectBest();
            iteration++;
            if (subtrees.stream().allMatch(subtree -> subtree.over)) finish();
            else extend();
        }

        /// Adds a node that the user added to the subtree that it extends, or to a new one.
        private void adopt(Node added) {
            for (var subtree : subtrees) {
                if (subtree.at.id() != added.parent() || added.parent() == origin().id()) continue;
                subtree.leaves.add(added);
                subtree.over = false;
                return;
            }
            var own = new Subtree(tree().node(added.parent()));
            own.leaves.add(added);
            subtrees.add(own);
        }

        private void selectBest() {
            var active = subtrees.stream().filter(subtree -> !subtree.over).toList();
            var kept = new ArrayList<Choice>();
            var pruned = new ArrayList<Choice>();
            for (var subtree : active) {
                var ranked = ranked(subtree.leaves);
                String reason = "of " + ranked.size() + " in subtree " + (subtrees.indexOf(subtree) + 1);
                for (int rank = 0; rank < ranked.size(); rank++)
                    (rank == 0 ? kept : pruned).add(choice(ranked.get(rank), rank, reason));
            }
            select(iteration, kept, pruned);
            var survivors = survivors(kept);
            for (var subtree : active) {
                var best = survivors.stream()
                        .filter(subtree.leaves::contains)
                        .findFirst()
                        .orElseGet(() -> ranked(subtree.leaves).getFirst());
                subtree.over = last() || excluded(best) || ends(best);
                if (!subtree.over) subtree.at = best;
            }
        }

        private boolean ends(Node best) {
            return best.finish().ends()
                    || best.step().empty()
                    || tree().text(best.id()).contains(BOX);
        }

        private void finish() {
            int number = 0;
            for (var subtree : subtrees) for (var leaf : subtree.leaves) if (!excluded(leaf)) end(number++, leaf);
        }

        private boolean last() {
            return iteration >= iterations - 1;
        }

        @Override
        protected int stepsAhead() {
            return last() ? 0 : lookahead;
        }
    }
}
