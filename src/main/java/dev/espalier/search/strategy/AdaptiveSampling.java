package dev.espalier.search.strategy;

import dev.espalier.search.Strategy;
import dev.espalier.search.StrategyRun;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.SearchTree.Node;
import dev.espalier.search.vote.Answers;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import dev.espalier.task.Verdicts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sampling that stops when the majority is settled. It samples solutions in batches; after each batch it stops if the
/// posterior probability that the leading answer stays ahead reaches a threshold. The candidates are the first
/// candidates of best-of-N with the same seed, so it omits only candidates that are unlikely to change the majority.
///
/// Source: Aggarwal et al. 2023, "Let's sample step by step: adaptive-consistency for efficient reasoning and coding
/// with LLMs": a uniform prior over the shares of answers. The Beta posterior covers the two largest groups, the
/// Dirichlet posterior all groups. Candidates without an answer do not vote.
///
/// @param n         maximum number of candidates
/// @param batch     candidates per batch
/// @param dirichlet whether the posterior covers all answer groups; if false, the two largest
public record AdaptiveSampling(int n, int batch, double threshold, boolean dirichlet) implements Strategy {
    static final Strategies.Entry ENTRY = new Strategies.Entry(
            "adaptive-sampling",
            "at most N solutions, until the majority is settled",
            List.of(
                    Parameter.budget(),
                    Parameter.whole("batch", "solutions per batch", 4, 1),
                    Parameter.number(
                            "threshold",
                            "stop when the leading answer stays ahead with this probability",
                            0.95,
                            0.5,
                            1),
                    Parameter.whole(
                            "posterior", "1: of the two largest groups (Beta); 2: of all groups (Dirichlet)", 1, 1, 2)),
            given -> new AdaptiveSampling(
                    given.whole("N"), given.whole("batch"), given.number("threshold"), given.whole("posterior") == 2));

    @Override
    public String name() {
        return "adaptive-sampling";
    }

    @Override
    public Parameters parameters() {
        return Parameters.NONE
                .with("N", n)
                .with("batch", batch)
                .with("threshold", threshold)
                .with("posterior", dirichlet ? 2 : 1);
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
    public boolean acceptsChange(Strategy changed) {
        return changed instanceof AdaptiveSampling;
    }

    @Override
    public StrategyRun start() {
        return new StrategyRun() {
            private AdaptiveSampling now = AdaptiveSampling.this;
            private @Nullable Answers answers;
            private int iteration;
            private int ended;

            @Override
            protected void begin() {
                for (int i = 0; i < Math.min(now.batch, now.n - ended); i++) sample(origin(), false, false);
            }

            @Override
            protected void proceed(List<Node> grown) {
                var leaves = new ArrayList<>(grown);
                leaves.addAll(addedByUser());
                for (var leaf : leaves) {
                    if (excluded(leaf) || leaf.candidate() >= 0) continue;
                    if (leaf.finish().ends()) end(ended++, leaf);
                    else sample(leaf, false, false);
                }
                // No solution below a pruned origin becomes a candidate.
                if (!settled() && !excluded(origin())) begin();
            }

            private boolean settled() {
                if (answers == null) answers = setting().question().answers();
                var candidates = tree().candidatesByNumber().tailMap(firstCandidate());
                var tally = answers.tally(tree(), candidates, setting().reduction(), Verdicts.NONE);
                var votes = tally.groups().stream()
                        .filter(Tally.Group::answered)
                        .map(Tally.Group::votes)
                        .sorted(Comparator.reverseOrder())
                        .toList();
                double confidence = votes.isEmpty()
                        ? 0
                        : now.dirichlet
                                ? Posterior.ofAll(votes)
                                : Posterior.ofTwo(votes.getFirst(), votes.size() > 1 ? votes.get(1) : 0);
                var leader = tally.elect(Vote.MAJORITY).filter(Tally.Group::answered);
                voted(
                        iteration++,
                        leader.map(Tally.Group::display).orElse(""),
                        leader.map(Tally.Group::votes).orElse(0),
                        candidates.size(),
                        confidence);
                return confidence >= now.threshold;
            }

            @Override
            protected void reconfigure(Strategy changed) {
                super.reconfigure(changed);
                now = (AdaptiveSampling) changed;
            }
        };
    }
}
