package dev.espalier.search;

import java.util.List;
import java.util.Map;

/// N independent solutions, each scored once it is whole. Every prefix of the pool is a smaller budget.
/// With temperature 0 and N = 1 it is greedy decoding.
public record BestOfN(String name, int n, boolean greedy) implements Strategy {

    static BestOfN greedy(Map<String, Integer> parameters) {
        Strategies.expect("greedy", parameters, List.of("N"));
        if (parameters.getOrDefault("N", 1) != 1) throw Strategies.refuse("Greedy decoding has a budget of N = 1, not %d.", parameters.get("N"));
        return new BestOfN("greedy", 1, true);
    }

    static BestOfN of(Map<String, Integer> parameters) {
        Strategies.expect("best-of-n", parameters, List.of("N"));
        return new BestOfN("best-of-n", Strategies.atLeast(1, "best-of-n", "N", parameters), false);
    }

    @Override
    public Map<String, Integer> parameters() {
        return Map.of("N", n);
    }

    @Override
    public boolean steeredByScores() {
        return false;
    }

    @Override
    public Search start(SearchSetting setting) {
        return new Search(setting) {
            private List<SearchTree.Node> leaves = List.of();

            @Override
            protected void proceed(List<SearchTree.Node> wave) {
                if (wave.isEmpty() && leaves.isEmpty()) {
                    for (int i = 0; i < n; i++) sample(tree().root(), i, false, greedy);
                    return;
                }
                if (leaves.isEmpty()) {
                    leaves = wave;
                    if (setting.scored()) leaves.stream().filter(this::scorable).forEach(this::score);
                    if (asks()) return;
                }
                if (tree().candidates().isEmpty()) for (int i = 0; i < n; i++) end(i, leaves.get(i));
            }
        };
    }
}
