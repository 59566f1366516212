package dev.espalier.search.strategy;

import dev.espalier.problem.Variant;
import dev.espalier.search.Strategy;
import dev.espalier.search.StrategyRun;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.SearchTree.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Sequential revision: N/R independent chains of R attempts. Each attempt after a chain's first has the previous
/// attempt in its prompt and optionally a critique of it: the step with the reward model's lowest score, or the
/// policy's own critique. Every attempt is a candidate, numbered chain by chain, so the first n′ (a multiple of R) are
/// a smaller budget.
///
/// Source: Snell et al. 2024, "Scaling LLM test-time compute optimally can be more effective than scaling model
/// parameters", section 6 (parallel chains × sequential revisions). Their policy was trained to revise; here any policy
/// can be used. The prompts are Espalier's own.
///
/// @param attempts attempts per chain, R
/// @param critique 0 none, 1 by step scores, 2 by the policy
public record Revision(int n, int attempts, int critique) implements Strategy {
    static final int BY_SCORES = 1;
    static final int BY_POLICY = 2;
    static final Strategies.Entry ENTRY = new Strategies.Entry(
            "revision",
            "chains of attempts, each a revision of the previous one",
            List.of(
                    Parameter.budget(),
                    Parameter.whole("R", "attempts per chain; N/R chains run in parallel", 4, 1),
                    Parameter.whole(
                            "critique", "0: none; 1: the step with the lowest score; 2: by the policy", 0, 0, 2)),
            Revision::of);

    private static Revision of(Parameters given) {
        int n = given.whole("N");
        int attempts = given.whole("R");
        if (n % attempts != 0) {
            throw Strategies.refuse(
                    "Revision splits the budget into N/R chains, so R must divide N. %d is not a multiple of %d. Set N to %d, or change R.",
                    n, attempts, Math.max(attempts, n / attempts * attempts));
        }
        return new Revision(n, attempts, given.whole("critique"));
    }

    @Override
    public String name() {
        return "revision";
    }

    @Override
    public Parameters parameters() {
        return Parameters.NONE.with("N", n).with("R", attempts).with("critique", critique);
    }

    @Override
    public boolean steeredByScores() {
        return critique == BY_SCORES;
    }

    @Override
    public boolean stepwise() {
        return false;
    }

    @Override
    public StrategyRun start() {
        return new Chains();
    }

    private final class Chains extends StrategyRun {
        private final Set<Variant> critiques = new HashSet<>();
        /// The chains of the requested attempts, in request order.
        private List<Chain> requested = new ArrayList<>();
        /// The number of the user's candidates. Their numbers follow all others.
        private int added;

        /// @param number number of the next candidate
        /// @param left   remaining attempts
        /// @param last   the previous attempt if the chain waits for its critique, otherwise null
        private record Chain(int number, int left, @Nullable Node last) {}

        @Override
        protected void begin() {
            for (int chain = 0; chain < n / attempts; chain++)
                attempt(origin(), new Chain(chain * attempts, attempts, null), Variant.IDENTITY);
        }

        @Override
        protected void proceed(List<Node> grown) {
            var chains = requested;
            requested = new ArrayList<>();
            for (int i = 0; i < grown.size(); i++) advance(chains.get(i), grown.get(i));
            for (var node : addedByUser()) {
                if (node.candidate() < 0) advance(new Chain(n + added++, 1, null), node);
            }
        }

        private void advance(Chain chain, Node grown) {
            if (excluded(grown)) return;
            if (chain.last != null) {
                revise(new Chain(chain.number, chain.left, null), grown, chain.last, tree().text(grown.id()));
            } else if (!grown.finish().ends()) {
                attempt(grown, chain, Variant.IDENTITY);
            } else {
                end(chain.number, grown);
                if (chain.left > 1) improve(new Chain(chain.number + 1, chain.left - 1, null), grown);
            }
        }

        private void improve(Chain chain, Node last) {
            switch (critique) {
                case BY_SCORES -> revise(chain, last, last, lowest(last));
                case BY_POLICY -> {
                    var asked = tree().variant(last.id())
                            .withPrompt(RevisionPrompts.critique(
                                    setting().question().text(), tree().text(last.id())));
                    critiques.add(asked);
                    attempt(last, new Chain(chain.number, chain.left, last), asked);
                }
                default -> revise(chain, last, last, "");
            }
        }

        private void revise(Chain chain, Node parent, Node last, String critique) {
            var question = setting().question();
            attempt(
                    parent,
                    chain,
                    tree().variant(last.id())
                            .withPrompt(RevisionPrompts.revision(
                                    question.text(),
                                    tree().text(last.id()),
                                    critique,
                                    question.task().answerInstruction())));
        }

        private void attempt(Node parent, Chain chain, Variant variant) {
            if (variant.equals(Variant.IDENTITY)) sample(parent, false, false);
            else sampleAnew(parent, false, variant);
            requested.add(chain);
        }

        /// The critique that names the step with the lowest score, "" without scores.
        private String lowest(Node attempt) {
            var scores = attempt.pathScores();
            int lowest = 0;
            for (int i = 1; i < scores.size(); i++) if (!(scores.get(i) >= scores.get(lowest))) lowest = i;
            return scores.isEmpty()
                    ? ""
                    : RevisionPrompts.lowest(
                            lowest + 1,
                            scores.get(lowest),
                            tree().steps(attempt.id()).get(lowest).text());
        }

        @Override
        protected boolean needsScore(Node sampled) {
            return super.needsScore(sampled) && !critiques.contains(tree().variant(sampled.id()));
        }
    }
}
