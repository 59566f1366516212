package dev.espalier.engine.bench;

import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Result;
import dev.espalier.model.RewardModel;
import dev.espalier.model.SampleKey;
import dev.espalier.model.Step;
import dev.espalier.problem.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// How fast models are here and now on real problems: the median of several repetitions after one that is not counted. What else runs on the machine slows it.
public final class Throughput {
    private Throughput() {}

    /// @param rows    asked for in all
    /// @param tokens  sampled (policy) or read (reward model) in the median repetition
    /// @param steps   scored in it, 0 for a policy
    /// @param seconds it took
    public record Rate(int rows, long tokens, long steps, double seconds) {
        public double tokensPerSecond() {
            return tokens / seconds;
        }

        public double stepsPerSecond() {
            return steps / seconds;
        }
    }

    /// What is asked for at once.
    public enum Together { NONE, PROBLEM, ALL }

    /// Samples whole solutions, in each of some ways by turns, so that what else the machine does weighs on all alike.
    ///
    /// @param rows     of each problem
    /// @param together one path at a time, one problem's paths, or all
    public static List<Rate> policy(LanguageModel policy, List<String> problems, Generation generation, int rows, List<Together> together, int repetitions) {
        List<List<Rate>> rates = together.stream().<List<Rate>>map(_ -> new ArrayList<>()).toList();
        for (int repetition = 0; repetition <= Math.max(1, repetitions); repetition++) {
            for (int way = 0; way < together.size(); way++) {
                var rate = policy(policy, problems, generation, rows, together.get(way), repetition);
                if (repetition > 0) rates.get(way).add(rate);
            }
        }
        return rates.stream().map(Throughput::median).toList();
    }

    private static Rate policy(LanguageModel policy, List<String> problems, Generation generation, int rows, Together together, int repetition) {
        long start = System.nanoTime();
        long tokens = switch (together) {
            case ALL -> tokens(problems.stream().flatMap(problem -> asked(policy, problem, generation, rows, repetition).stream()).toList());
            case PROBLEM -> problems.stream().mapToLong(problem -> tokens(asked(policy, problem, generation, rows, repetition))).sum();
            case NONE -> problems.stream().mapToLong(problem -> IntStream.range(0, rows).mapToLong(row -> tokens(List.of(one(policy, problem, generation, repetition, row)))).sum()).sum();
        };
        return new Rate(rows * problems.size(), tokens, 0, (System.nanoTime() - start) * 1e-9);
    }

    /// Scores whole solutions of one problem, which the policy samples first, all rows at once.
    public static Rate reward(RewardModel reward, LanguageModel policy, Problem problem, Generation generation, int rows, int repetitions) {
        return median(IntStream.rangeClosed(0, Math.max(1, repetitions)).mapToObj(repetition -> {
            List<List<Step>> paths = asked(policy, problem.text(), generation, rows, repetition).stream().map(CompletableFuture::join).map(Result.Sampled::steps).toList();
            long start = System.nanoTime();
            var futures = paths.stream().map(path -> reward.score(new RewardModel.Call(problem, path, true, SampleKey.of(repetition, problem.id(), List.of())))).toList();
            var results = futures.stream().map(CompletableFuture::join).toList();
            double seconds = (System.nanoTime() - start) * 1e-9;
            return new Rate(rows, results.stream().mapToLong(r -> r.cost().processed()).sum(), results.stream().mapToLong(r -> r.scores().size()).sum(), seconds);
        }).skip(1).toList());
    }

    private static List<CompletableFuture<Result.Sampled>> asked(LanguageModel policy, String problem, Generation generation, int rows, int repetition) {
        return IntStream.range(0, rows).mapToObj(row -> one(policy, problem, generation, repetition, row)).toList();
    }

    private static CompletableFuture<Result.Sampled> one(LanguageModel policy, String problem, Generation generation, int repetition, int row) {
        return policy.generate(new LanguageModel.Call(problem, List.of(), false, generation, generation.maxNewTokens(), SampleKey.of(repetition, "throughput", List.of(row))));
    }

    private static long tokens(List<CompletableFuture<Result.Sampled>> sampled) {
        return sampled.stream().mapToLong(future -> future.join().cost().generated()).sum();
    }

    private static Rate median(List<Rate> rates) {
        return rates.stream().sorted(Comparator.comparingDouble(Rate::tokensPerSecond)).toList().get(rates.size() / 2);
    }
}
