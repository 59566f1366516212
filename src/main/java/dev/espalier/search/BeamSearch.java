package dev.espalier.search;

import dev.espalier.search.SearchEvent.Choice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Beam search over steps, steered by a reward model. W = N beams at first; each iteration every active beam grows by
/// one step and is scored, ended ones leave as candidates (W = N − candidates), the best ⌈W/M⌉ of the others are kept
/// (ties: the earlier) and given W continuations, one each in rank order, round and round.
/// The last iteration runs to the end of the text.
public record BeamSearch(int n, int m, int iterations) implements Strategy {
    static final int DEFAULT_ITERATIONS = 40;

    static BeamSearch of(Map<String, Integer> parameters) {
        Strategies.expect("beam-search", parameters, List.of("N", "M", "iterations"));
        return new BeamSearch(Strategies.atLeast(1, "beam-search", "N", parameters), Strategies.atLeast(1, "beam-search", "M", parameters),
            parameters.containsKey("iterations") ? Strategies.atLeast(1, "beam-search", "iterations", parameters) : DEFAULT_ITERATIONS);
    }

    @Override
    public String name() {
        return "beam-search";
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
        return new Search(setting) {
            private int iteration;
            private int candidates;
            private List<SearchTree.Node> grown = List.of();

            @Override
            protected void proceed(List<SearchTree.Node> wave) {
                if (wave.isEmpty() && grown.isEmpty()) {
                    for (int i = 0; i < n; i++) sample(tree().root(), i, !last(), false);
                } else if (grown.isEmpty()) {
                    grown = wave;
                    grown.stream().filter(this::scorable).forEach(this::score);
                    if (!asks()) select();
                } else {
                    select();
                }
            }

            private boolean last() {
                return iteration == iterations - 1;
            }

            private void select() {
                for (var node : grown) if (node.finish().ends()) end(candidates++, node);
                var ranked = new ArrayList<>(grown.stream().filter(node -> !node.finish().ends()).toList());
                ranked.sort(Comparator.comparingDouble(this::value).reversed());
                int width = n - candidates;
                int keep = Math.min(ranked.size(), Math.ceilDiv(width, m));
                var kept = new ArrayList<Choice>();
                var pruned = new ArrayList<Choice>();
                for (int rank = 0; rank < ranked.size(); rank++) {
                    var node = ranked.get(rank);
                    var choice = new Choice(node.id(), rank, value(node), "rank %d of %d, %d kept".formatted(rank + 1, ranked.size(), keep));
                    (rank < keep ? kept : pruned).add(choice);
                }
                select(iteration, kept, pruned);
                iteration++;
                grown = List.of();
                for (int i = 0; i < width && keep > 0; i++) sample(ranked.get(i % keep), i / keep, !last(), false);
            }
        };
    }
}
