package dev.espalier.search.strategy;

import dev.espalier.search.Strategy;
import dev.espalier.search.StrategyRun;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.SearchTree.Node;
import java.util.ArrayList;
import java.util.List;

/// N independent solutions, each scored when it is complete. Each prefix of the pool is a smaller budget.
/// With `greedy` and N = 1 it is greedy decoding.
public record BestOfN(String name, int n, boolean greedy) implements Strategy {
    static final Strategies.Entry GREEDY = new Strategies.Entry(
            "greedy",
            "one solution, always the most probable token",
            List.of(Parameter.whole("N", "budget: one solution", 1, 1, 1)),
            _ -> new BestOfN("greedy", 1, true));
    static final Strategies.Entry BEST_OF_N = new Strategies.Entry(
            "best-of-n",
            "N independent solutions",
            List.of(Parameter.budget()),
            given -> new BestOfN("best-of-n", given.whole("N"), false));

    @Override
    public Parameters parameters() {
        return Parameters.NONE.with("N", n);
    }

    @Override
    public boolean steeredByScores() {
        return false;
    }

    @Override
    public boolean stepwise() {
        return false;
    }

    @Override
    public StrategyRun start() {
        return new StrategyRun() {
            private int ended;

            @Override
            protected void begin() {
                for (int i = 0; i < n; i++) sample(origin(), false, greedy);
            }

            @Override
            protected void proceed(List<Node> grown) {
                var leaves = new ArrayList<>(grown);
                leaves.addAll(addedByUser());
                for (var leaf : leaves) if (!excluded(leaf)) end(ended++, leaf);
            }
        };
    }
}
