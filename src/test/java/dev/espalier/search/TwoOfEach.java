package dev.espalier.search;

import dev.espalier.EspalierException;
import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.ModelCard;
import dev.espalier.model.Result;
import dev.espalier.model.RewardModel;
import dev.espalier.model.Step;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchTree.Node;
import dev.espalier.search.log.UsedModel;
import dev.espalier.search.log.UsedModel.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/// A search with two policies and two reward models. Each policy has a vocabulary of its own and refuses a path with
/// the tokens of the other.
public final class TwoOfEach {
    public static final SearchConfig CONFIG = new SearchConfig(
            "alternating",
            Parameters.NONE.with("N", 4),
            Mode.STANDARD,
            Generation.DEFAULT,
            Reduction.LAST,
            5,
            List.of(
                    new UsedModel(Role.POLICY, "plain", "0a"),
                    new UsedModel(Role.POLICY, "loud", "0b"),
                    new UsedModel(Role.REWARD, "mild", "0c"),
                    new UsedModel(Role.REWARD, "strict", "0d")));

    public final AtomicInteger calls = new AtomicInteger();

    public SearchModels models() {
        return new SearchModels(
                List.of(new Policy("plain", 0), new Policy("loud", 100_000)),
                List.of(new Judge("mild"), new Judge("strict")));
    }

    public static StrategyFactory strategies() {
        return (_, _, _) -> new Alternating();
    }

    /// Keeps two of four steps. Every second child comes from the second policy. The second policy looks ahead of
    /// each step, and the second reward model scores it. The first reward model scores the candidates. The second
    /// policy's next tokens are requested and not used.
    private record Alternating() implements Strategy {
        @Override
        public String name() {
            return "alternating";
        }

        @Override
        public Parameters parameters() {
            return CONFIG.parameters();
        }

        @Override
        public boolean steeredByScores() {
            return true;
        }

        @Override
        public StrategyRun start() {
            return new StrategyRun() {
                private int iteration;
                private int candidate;
                private int samples;

                @Override
                protected int stepsAhead() {
                    return 1;
                }

                @Override
                protected int policyAhead(Node sampled) {
                    return setting().policies() - 1;
                }

                @Override
                protected int rewardModel(Node sampled) {
                    return setting().rewardModels() - 1;
                }

                @Override
                protected void begin() {
                    sample(origin(), 4);
                }

                @Override
                protected void proceed(List<Node> grown) {
                    var sampled = grown.subList(0, samples);
                    samples = 0;
                    if (sampled.isEmpty()) return;
                    for (var node : select(iteration++, sampled, 2))
                        if (!node.finish().ends()) sample(node, 2);
                    for (var node : sampled) {
                        if (node.finish().ends()) {
                            end(candidate++, node);
                            score(node, 0);
                        } else {
                            requestNextTokens(node, Step.Text.EMPTY, 3, 1);
                        }
                    }
                }

                private void sample(Node parent, int children) {
                    for (int child = 0; child < children; child++) sample(parent, true, false, child % 2);
                    samples += children;
                }
            };
        }
    }

    private final class Policy implements LanguageModel {
        private final String name;
        private final int firstToken;

        Policy(String name, int firstToken) {
            this.name = name;
            this.firstToken = firstToken;
        }

        @Override
        public ModelCard card() {
            return new ModelCard(name, "00", 1, 512, "none", "\n\n", 320);
        }

        @Override
        public CompletableFuture<Result.Sampled> generate(Call call) {
            calls.incrementAndGet();
            requireOwnTokens(call);
            var sampled = FakeModels.continuation(call);
            var steps = new ArrayList<Step>();
            for (var step : sampled.steps()) {
                var text = sampled.finish() == Finish.STOP ? step.text() : name + " " + step.text();
                steps.add(Step.of(text, tokens(text), new float[text.length()]));
            }
            return CompletableFuture.completedFuture(new Result.Sampled(steps, sampled.finish(), sampled.cost()));
        }

        @Override
        public CompletableFuture<Result.NextTokens> nextTokens(Call call, Step partial, int k) {
            calls.incrementAndGet();
            requireOwnTokens(call);
            return CompletableFuture.completedFuture(FakeModels.foresight(call, partial, k));
        }

        private void requireOwnTokens(Call call) {
            for (var step : call.path()) {
                var own = tokens(step.text());
                if (!Arrays.equals(step.tokens(), own))
                    throw new EspalierException("The policy %s received tokens of another vocabulary.".formatted(name));
            }
        }

        @Override
        public int[] tokens(String text) {
            return text.chars().map(letter -> firstToken + letter).toArray();
        }

        @Override
        public void close() {}
    }

    private final class Judge implements RewardModel {
        private final String name;

        Judge(String name) {
            this.name = name;
        }

        @Override
        public ModelCard card() {
            return new ModelCard(name, "00", 1, 512, "none", "\n\n", 0);
        }

        @Override
        public CompletableFuture<Result.Scored> score(Call call) {
            calls.incrementAndGet();
            var judged = FakeModels.judgement(call);
            return CompletableFuture.completedFuture(
                    name.equals("mild")
                            ? judged
                            : new Result.Scored(
                                    judged.scores().stream()
                                            .map(score -> 1 - score)
                                            .toList(),
                                    judged.cost()));
        }

        @Override
        public void close() {}
    }
}
