package dev.espalier.search.strategy;

import dev.espalier.search.Strategy;
import dev.espalier.search.StrategyRun;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.SearchTree.Node;
import java.util.ArrayList;
import java.util.List;

/// Beam search over steps, steered by a reward model. It starts with W = N beams. Each iteration extends every active
/// beam by one step and scores it. Beams that have ended become candidates, and W = N − candidates. Of the others it
/// keeps the best ⌈W/M⌉ (on ties the earlier) and samples W continuations of them, assigned in rank order, in turn. The
/// last iteration samples to the end of the text.
///
/// @param lookahead greedy steps that the score of a step includes
public record BeamSearch(int n, int m, int iterations, int lookahead) implements Strategy {
    static final Parameter ITERATIONS =
            Parameter.whole("iterations", "maximum steps of a path; the last runs to the end of the text", 40, 1);
    static final Parameter LOOKAHEAD =
            Parameter.whole("lookahead", "greedy steps sampled ahead to score a step", 0, 0, 1000);
    static final Strategies.Entry ENTRY = new Strategies.Entry(
            "beam-search",
            "keep the best steps of all beams",
            List.of(
                    Parameter.budget(),
                    Parameter.whole("M", "beam width: continuations of each kept beam", 4, 1),
                    ITERATIONS,
                    LOOKAHEAD),
            given -> new BeamSearch(
                    given.whole("N"), given.whole("M"), given.whole("iterations"), given.whole("lookahead")));

    @Override
    public String name() {
        return "beam-search";
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
        return changed instanceof BeamSearch;
    }

    @Override
    public StrategyRun start() {
        return new Beams();
    }

    private final class Beams extends StrategyRun {
        private BeamSearch now = BeamSearch.this;
        private int iteration;
        private int candidates;

        @Override
        protected void begin() {
            for (int i = 0; i < n; i++) sample(origin(), !last(), false);
        }

        @Override
        protected void proceed(List<Node> grown) {
            var beams = new ArrayList<Node>();
            for (var node : grown)
                if (node.finish().ends() && !excluded(node)) end(candidates++, node);
                else beams.add(node);
            int width = Math.max(0, now.n - candidates);
            for (var node : addedByUser()) {
                if (node.finish().ends()) end(candidates++, node);
                else if (beams.add(node)) width = Math.max(width, 1);
            }
            var kept = select(iteration++, beams, Math.ceilDiv(width, now.m));
            width = Math.max(width, kept.size());
            for (int i = 0; i < width && !kept.isEmpty(); i++) sample(kept.get(i % kept.size()), !last(), false);
        }

        private boolean last() {
            return iteration >= now.iterations - 1;
        }

        @Override
        protected int stepsAhead() {
            return last() ? 0 : now.lookahead;
        }

        @Override
        protected void reconfigure(Strategy changed) {
            super.reconfigure(changed);
            now = (BeamSearch) changed;
        }
    }
}
