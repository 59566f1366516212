package dev.espalier.search;

import dev.espalier.EspalierException;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.ModelCard;
import dev.espalier.model.Result;
import dev.espalier.model.RewardModel;
import dev.espalier.model.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/// A policy and a reward model whose results are a function of the request alone. They can hold
/// requests back and answer them in a shuffled order, fail at a request, or never answer.
public final class FakeModels {
    public static final ModelCard CARD = new ModelCard("fake", "00", 1, 512, "none", "\n\n", 320);

    private final Random shuffle;
    private final int window;
    private final List<Runnable> waiting = new ArrayList<>();
    public final AtomicInteger samples = new AtomicInteger();
    public final AtomicInteger scores = new AtomicInteger();
    private volatile int failAt = -1;
    private volatile int silentAfter = Integer.MAX_VALUE;
    private volatile boolean notNumbers;
    private volatile int mostScored = Integer.MAX_VALUE;
    private volatile int mostSampled = Integer.MAX_VALUE;

    private FakeModels(long shuffleSeed, int window) {
        this.shuffle = new Random(shuffleSeed);
        this.window = window;
    }

    /// Answers immediately.
    public static FakeModels prompt() {
        return new FakeModels(0, 0);
    }

    /// Collects requests and answers them in a shuffled order.
    public static FakeModels shuffled(long seed) {
        return new FakeModels(seed, 5);
    }

    public FakeModels failingAtSample(int sample) {
        failAt = sample;
        return this;
    }

    public FakeModels silentAfterSamples(int count) {
        silentAfter = count;
        return this;
    }

    /// The reward model cannot score paths of more steps, and the policy's paths of more steps end with a note.
    public FakeModels withRoomFor(int scored, int sampled) {
        mostScored = scored;
        mostSampled = sampled;
        return this;
    }

    /// Every third score is not a number.
    public FakeModels scoringNotNumbers() {
        notNumbers = true;
        return this;
    }

    public LanguageModel policy() {
        return new LanguageModel() {
            @Override
            public ModelCard card() {
                return CARD;
            }

            @Override
            public CompletableFuture<Result.Sampled> generate(Call call) {
                int number = samples.getAndIncrement();
                var future = new CompletableFuture<Result.Sampled>();
                if (number == failAt)
                    future.completeExceptionally(new EspalierException("The policy ran out of memory."));
                else if (call.path().size() >= mostSampled)
                    deliver(() -> future.complete(
                            new Result.Sampled(List.of(), Finish.LENGTH, Cost.NONE, "the server has no room left")));
                else if (number < silentAfter) deliver(() -> future.complete(continuation(call)));
                return future;
            }

            /// One token per character.
            @Override
            public int[] tokens(String text) {
                return text.chars().toArray();
            }

            @Override
            public CompletableFuture<Result.NextTokens> nextTokens(Call call, Step begun, int k) {
                int number = samples.getAndIncrement();
                var future = new CompletableFuture<Result.NextTokens>();
                if (number < silentAfter) deliver(() -> future.complete(foresight(call, begun, k)));
                return future;
            }

            @Override
            public void close() {}
        };
    }

    public RewardModel reward() {
        return new RewardModel() {
            @Override
            public ModelCard card() {
                return CARD;
            }

            @Override
            public CompletableFuture<Result.Scored> score(Call call) {
                scores.getAndIncrement();
                var future = new CompletableFuture<Result.Scored>();
                if (call.path().size() > mostScored)
                    deliver(() -> future.complete(Result.Scored.missing("the path is too long")));
                else deliver(() -> future.complete(notNumbers ? withoutNumbers(judgement(call)) : judgement(call)));
                return future;
            }

            @Override
            public void close() {}
        };
    }

    private void deliver(Runnable answer) {
        if (window == 0) {
            answer.run();
            return;
        }
        synchronized (waiting) {
            waiting.add(answer);
            Thread.ofVirtual().start(this::answerOne);
        }
    }

    private void answerOne() {
        synchronized (waiting) {
            waiting.remove(shuffle.nextInt(waiting.size())).run();
        }
    }

    /// Continues a path to two to five steps, of which the last boxes a small number.
    public static Result.Sampled continuation(LanguageModel.Call call) {
        var steps = new ArrayList<Step>();
        var key = call.key();
        boolean greedy = call.generation().temperature() == 0;
        int depth = call.path().size();
        int position = 0;
        do {
            double u = greedy ? 0 : key.uniform(position++);
            depth++;
            boolean last = depth >= 2 + (int) (u * 4);
            String text = last
                    ? "Therefore $\\boxed{" + (int) (u * 7) + "}$."
                    : "## Step " + depth + ": " + (int) (u * 1000) + "\n\n";
            steps.add(Step.of(text, new int[] {depth, (int) (u * 100)}, new float[] {-0.5f, (float) -u}));
            if (last) return new Result.Sampled(steps, Finish.STOP, new Cost(2L * steps.size(), 3L * steps.size()));
        } while (!call.stopAtStep());
        return new Result.Sampled(steps, Finish.STEP, new Cost(2, 3));
    }

    public static Result.Scored judgement(RewardModel.Call call) {
        var scores = new ArrayList<Double>();
        int hash = call.problem().hashCode();
        for (var step : call.path()) {
            hash = hash * 31 + step.text().hashCode();
            scores.add(Math.floorMod(hash * 0x9E3779B9, 1000) / 1000.0);
        }
        return new Result.Scored(scores, new Cost(0, call.path().size()));
    }

    private static Result.Scored withoutNumbers(Result.Scored scored) {
        var scores = new ArrayList<Double>();
        for (double score : scored.scores())
            scores.add((int) (score * 1000) % 3 == 0 ? score < 0.5 ? Double.NaN : Double.POSITIVE_INFINITY : score);
        return new Result.Scored(scores, scored.cost());
    }

    private static final String[] TOKENS = {"a", "b", "c", "\n\n", "$\\boxed{1}$", "$\\boxed{2}$", ""};

    /// Seven tokens, of which the last ends the text, with log-probabilities that are a function of the text alone.
    public static Result.NextTokens foresight(LanguageModel.Call call, Step begun, int k) {
        int hash = call.prompt().text().hashCode();
        int length = begun.tokens().length;
        for (var step : call.path()) {
            hash = hash * 31 + step.text().hashCode();
            length += step.tokens().length;
        }
        hash = hash * 31 + begun.text().hashCode();
        var weights = new double[TOKENS.length];
        double sum = 0;
        for (int token = 0; token < weights.length; token++) {
            weights[token] = 1
                    + Math.floorMod((hash + token) * 0x9E3779B9, 50)
                    + (token == weights.length - 1 ? 10 * length : 0);
            sum += weights[token];
        }
        var choices = new ArrayList<Result.TokenChoice>();
        for (int token = 0; token < weights.length; token++)
            choices.add(new Result.TokenChoice(
                    token, TOKENS[token], (float) StrictMath.log(weights[token] / sum), token == weights.length - 1));
        choices.sort(java.util.Comparator.comparingDouble(choice -> -choice.logProb()));
        return new Result.NextTokens(choices.subList(0, Math.min(k, choices.size())), new Cost(1, 2));
    }
}
