package dev.espalier.engine;

import dev.espalier.engine.onnx.PlainLoop;
import dev.espalier.search.Generation;
import dev.espalier.search.LanguageModel;
import dev.espalier.search.Result;
import dev.espalier.search.RewardModel;
import dev.espalier.search.SampleKey;
import dev.espalier.search.Step;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// How fast models are here and now: the median of several repetitions after one that is not counted, on real problems. What else runs on the machine slows it.
public final class Throughput {
    private Throughput() {}

    /// @param rows    asked for at once
    /// @param tokens  sampled (policy) or read (reward model) in the median repetition
    /// @param steps   scored in it, 0 for a policy
    /// @param seconds it took
    public record Speed(int rows, long tokens, long steps, double seconds) {
        public double tokensPerSecond() {
            return tokens / seconds;
        }

        public double stepsPerSecond() {
            return steps / seconds;
        }
    }

    /// Samples whole solutions of one problem, all rows at once.
    public static Speed policy(LanguageModel policy, String problem, Generation generation, int rows, int repetitions) {
        return median(repetitions, repetition -> {
            long start = System.nanoTime();
            long tokens = solutions(policy, problem, generation, rows, repetition).stream().mapToLong(r -> r.cost().generated()).sum();
            return new Speed(rows, tokens, 0, (System.nanoTime() - start) * 1e-9);
        });
    }

    /// Scores whole solutions of one problem, which the policy samples first, all rows at once.
    public static Speed reward(RewardModel reward, LanguageModel policy, String problem, Generation generation, int rows, int repetitions) {
        return median(repetitions, repetition -> {
            List<List<Step>> paths = solutions(policy, problem, generation, rows, repetition).stream().map(Result.Sampled::steps).toList();
            long start = System.nanoTime();
            var futures = paths.stream().map(path -> reward.score(new RewardModel.Call(problem, path, true))).toList();
            var results = futures.stream().map(CompletableFuture::join).toList();
            double seconds = (System.nanoTime() - start) * 1e-9;
            return new Speed(rows, results.stream().mapToLong(r -> r.cost().processed()).sum(), results.stream().mapToLong(r -> r.scores().size()).sum(), seconds);
        });
    }

    /// The same samples as [#policy], made by the plain loop that most programs use: what a policy's speed is compared with.
    public static Speed plain(ModelFolder folder, int threads, String problem, Generation generation, int rows, int repetitions) {
        try (var loop = new PlainLoop(folder, threads)) {
            return median(repetitions, repetition -> {
                long start = System.nanoTime();
                var keys = IntStream.range(0, rows).mapToObj(row -> key(repetition, row)).toList();
                long tokens = loop.run(problem, generation, keys).stream().mapToLong(ids -> Math.min(ids.length + 1, generation.maxNewTokens())).sum();
                return new Speed(rows, tokens, 0, (System.nanoTime() - start) * 1e-9);
            });
        }
    }

    private static SampleKey key(int repetition, int row) {
        return SampleKey.of(repetition, "throughput", List.of(row));
    }

    private static List<Result.Sampled> solutions(LanguageModel policy, String problem, Generation generation, int rows, int repetition) {
        return IntStream.range(0, rows).mapToObj(row -> policy.generate(new LanguageModel.Call(problem, List.of(), false, generation, generation.maxNewTokens(),
            key(repetition, row)))).toList().stream().map(CompletableFuture::join).toList();
    }

    static Speed median(int repetitions, IntFunction<Speed> measure) {
        measure.apply(0);
        var speeds = IntStream.rangeClosed(1, Math.max(1, repetitions)).mapToObj(measure).sorted(Comparator.comparingDouble(Speed::tokensPerSecond)).toList();
        return speeds.get(speeds.size() / 2);
    }
}
