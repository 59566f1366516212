package dev.espalier.search.strategy;

import dev.espalier.search.Strategy;
import dev.espalier.search.StrategyRun;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.SearchTree.Node;
import java.util.List;

/// One path; each step is the best of M.
///
/// @param m steps to choose from
public record BestStep(int m) implements Strategy {
    static final Strategies.Entry ENTRY = new Strategies.Entry(
            "best-step",
            "one path, each step the best of M",
            List.of(
                    Parameter.whole("N", "budget: one solution", 1, 1, 1),
                    Parameter.whole("M", "steps to choose from", 4, 1)),
            given -> new BestStep(given.whole("M")));

    @Override
    public String name() {
        return "best-step";
    }

    @Override
    public Parameters parameters() {
        return Parameters.NONE.with("N", 1).with("M", m);
    }

    @Override
    public boolean steeredByScores() {
        return true;
    }

    @Override
    public StrategyRun start() {
        return new StrategyRun() {
            private int iteration;

            @Override
            protected void begin() {
                grow(origin());
            }

            @Override
            protected void proceed(List<Node> grown) {
                var steps = new java.util.ArrayList<>(grown);
                steps.addAll(addedByUser());
                if (steps.isEmpty()) return;
                for (var best : select(iteration++, steps, 1)) {
                    if (!best.finish().ends()) grow(best);
                    else if (best.candidate() < 0) end(tree().nextCandidate() - firstCandidate(), best);
                }
            }

            private void grow(Node parent) {
                for (int i = 0; i < m; i++) sample(parent, true, false);
            }
        };
    }
}
