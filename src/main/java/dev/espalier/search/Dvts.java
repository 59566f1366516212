package dev.espalier.search;

import dev.espalier.search.SearchEvent.Choice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Diverse verifier tree search: N/M independent subtrees. Each iteration each subtree samples M next steps and goes on
/// with the best (ties: the first). When that one has ended, its unfinished siblings are run to their ends and scored:
/// M candidates a subtree, numbered subtree by subtree, so that the first n′ (a multiple of M) are a smaller budget.
///
/// Source: Beeching, Tunstall, Rush 2024, "Scaling test-time compute with open models".
public record Dvts(int n, int m, int iterations) implements Strategy {

    static Dvts of(Map<String, Integer> parameters) {
        Strategies.expect("dvts", parameters, List.of("N", "M", "iterations"));
        int n = Strategies.atLeast(1, "dvts", "N", parameters);
        int m = Strategies.atLeast(1, "dvts", "M", parameters);
        if (n % m != 0) {
            throw Strategies.refuse("DVTS splits the budget into N/M subtrees, so M must divide N: %d is not a multiple of %d. Try N = %d or another M.", n, m, Math.max(m, n / m * m));
        }
        return new Dvts(n, m, parameters.containsKey("iterations") ? Strategies.atLeast(1, "dvts", "iterations", parameters) : BeamSearch.DEFAULT_ITERATIONS);
    }

    @Override
    public String name() {
        return "dvts";
    }

    @Override
    public Map<String, Integer> parameters() {
        return Map.of("N", n, "M", m, "iterations", iterations);
    }

    @Override
    public boolean steeredByScores() {
        return true;
    }

    @Override
    public Search start(SearchSetting setting) {
        return new DvtsSearch(setting);
    }

    private final class DvtsSearch extends Search {
        private final int subtrees = n / m;
        /// The M leaves of each subtree, and which subtrees wait for what.
        private final SearchTree.Node[][] leaves = new SearchTree.Node[subtrees][m];
        private final List<Slot> slots = new ArrayList<>();
        private final boolean[] over = new boolean[subtrees];
        private final boolean[] finishing = new boolean[subtrees];
        private boolean scoring;
        private int iteration;

        private record Slot(int subtree, int sibling) {}

        DvtsSearch(SearchSetting setting) {
            super(setting);
        }

        @Override
        protected void proceed(List<SearchTree.Node> wave) {
            if (wave.isEmpty()) {
                for (int subtree = 0; subtree < subtrees; subtree++) grow(subtree, tree().root(), subtree * m);
                return;
            }
            if (!scoring) {
                for (int i = 0; i < slots.size(); i++) leaves[slots.get(i).subtree][slots.get(i).sibling] = wave.get(i);
                slots.clear();
                wave.stream().filter(this::scorable).forEach(this::score);
                scoring = asks();
                if (scoring) return;
            }
            scoring = false;
            choose();
        }

        private void grow(int subtree, SearchTree.Node parent, int firstChild) {
            for (int sibling = 0; sibling < m; sibling++) {
                slots.add(new Slot(subtree, sibling));
                sample(parent, firstChild + sibling, iteration < iterations - 1, false);
            }
        }

        private void choose() {
            var kept = new ArrayList<Choice>();
            var pruned = new ArrayList<Choice>();
            var next = new SearchTree.Node[subtrees];
            for (int subtree = 0; subtree < subtrees; subtree++) {
                if (over[subtree] || finishing[subtree]) continue;
                next[subtree] = rank(subtree, kept, pruned);
            }
            if (!kept.isEmpty()) select(iteration, kept, pruned);
            iteration++;
            for (int subtree = 0; subtree < subtrees; subtree++) {
                if (over[subtree]) continue;
                if (finishing[subtree] || next[subtree] == null) finish(subtree);
                else grow(subtree, next[subtree], 0);
            }
        }

        /// The subtree's best leaf where it goes on, null where its best has ended.
        private SearchTree.@org.jspecify.annotations.Nullable Node rank(int subtree, List<Choice> kept, List<Choice> pruned) {
            var ranked = Arrays.asList(leaves[subtree].clone());
            ranked.sort(java.util.Comparator.comparingDouble(this::value).reversed());
            var best = ranked.getFirst();
            if (best.finish().ends()) return null;
            for (int rank = 0; rank < m; rank++) {
                var node = ranked.get(rank);
                var choice = new Choice(node.id(), rank, value(node), "rank %d of %d in subtree %d".formatted(rank + 1, m, subtree + 1));
                (rank == 0 ? kept : pruned).add(choice);
            }
            return best;
        }

        /// Runs the unfinished siblings to their ends; once all have ended they are the subtree's candidates.
        private void finish(int subtree) {
            boolean waits = false;
            for (int sibling = 0; sibling < m; sibling++) {
                var leaf = leaves[subtree][sibling];
                if (leaf.finish().ends()) continue;
                slots.add(new Slot(subtree, sibling));
                sample(leaf, 0, false, false);
                waits = true;
            }
            finishing[subtree] = waits;
            if (waits) return;
            over[subtree] = true;
            for (int sibling = 0; sibling < m; sibling++) end(subtree * m + sibling, leaves[subtree][sibling]);
        }
    }
}
