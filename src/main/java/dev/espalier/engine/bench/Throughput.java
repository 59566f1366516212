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

/// Measures the speed of models on real problems: the median of several repetitions after a warm-up. Other load on the
/// machine lowers it.
public final class Throughput {
    private Throughput() {}

    /// The result of the median repetition.
    ///
    /// @param rows    number of solutions
    /// @param tokens  tokens sampled (policy) or read (reward model)
    /// @param steps   steps scored, 0 for a policy
    /// @param seconds wall time
    public record Rate(int rows, long tokens, long steps, double seconds) {
        public double tokensPerSecond() {
            return tokens / seconds;
        }

        public double stepsPerSecond() {
            return steps / seconds;
        }
    }

    /// The requests in flight at once: one solution, all of one problem, or all.
    public enum Concurrency {
        NONE,
        PROBLEM,
        ALL
    }

    /// Samples solutions with each concurrency in turn, so that other load on the machine affects all equally.
    ///
    /// @param rows     solutions per problem
    /// @param concurrencies the concurrencies to measure
    public static List<Rate> policy(
            LanguageModel policy,
            List<String> problems,
            Generation generation,
            int rows,
            List<Concurrency> concurrencies,
            int repetitions) {
        List<List<Rate>> rates =
                concurrencies.stream().<List<Rate>>map(_ -> new ArrayList<>()).toList();
        for (int repetition = 0; repetition <= Math.max(1, repetitions); repetition++) {
            for (int index = 0; index < concurrencies.size(); index++) {
                var rate = policy(policy, problems, generation, rows, concurrencies.get(index), repetition);
                if (repetition > 0) rates.get(index).add(rate);
            }
        }
        return rates.stream().map(Throughput::median).toList();
    }

    private static Rate policy(
            LanguageModel policy,
            List<String> problems,
            Generation generation,
            int rows,
            Concurrency concurrency,
            int repetition) {
        long start = System.nanoTime();
        long tokens = switch (concurrency) {
            case ALL ->
                tokens(problems.stream()
                        .flatMap(problem -> requestAll(policy, problem, generation, rows, repetition).stream())
                        .toList());
            case PROBLEM ->
                problems.stream()
                        .mapToLong(problem -> tokens(requestAll(policy, problem, generation, rows, repetition)))
                        .sum();
            case NONE ->
                problems.stream()
                        .mapToLong(problem -> IntStream.range(0, rows)
                                .mapToLong(
                                        row -> tokens(List.of(request(policy, problem, generation, repetition, row))))
                                .sum())
                        .sum();
        };
        return new Rate(rows * problems.size(), tokens, 0, (System.nanoTime() - start) * 1e-9);
    }

    /// Scores solutions of one problem, all at once. The policy samples them first.
    public static Rate reward(
            RewardModel reward,
            LanguageModel policy,
            Problem problem,
            Generation generation,
            int rows,
            int repetitions) {
        return median(IntStream.rangeClosed(0, Math.max(1, repetitions))
                .mapToObj(repetition -> {
                    List<List<Step>> paths = requestAll(policy, problem.text(), generation, rows, repetition).stream()
                            .map(CompletableFuture::join)
                            .map(Result.Sampled::steps)
                            .toList();
                    long start = System.nanoTime();
                    var futures = paths.stream()
                            .map(path -> reward.score(new RewardModel.Call(
                                    problem, path, true, SampleKey.of(repetition, problem.id(), List.of()))))
                            .toList();
                    var results = futures.stream().map(CompletableFuture::join).toList();
                    double seconds = (System.nanoTime() - start) * 1e-9;
                    return new Rate(
                            rows,
                            results.stream()
                                    .mapToLong(r -> r.cost().processed())
                                    .sum(),
                            results.stream().mapToLong(r -> r.scores().size()).sum(),
                            seconds);
                })
                .skip(1)
                .toList());
    }

    private static List<CompletableFuture<Result.Sampled>> requestAll(
            LanguageModel policy, String problem, Generation generation, int rows, int repetition) {
        return IntStream.range(0, rows)
                .mapToObj(row -> request(policy, problem, generation, repetition, row))
                .toList();
    }

    private static CompletableFuture<Result.Sampled> request(
            LanguageModel policy, String problem, Generation generation, int repetition, int row) {
        return policy.generate(new LanguageModel.Call(
                problem,
                List.of(),
                false,
                generation,
                generation.maxNewTokens(),
                SampleKey.of(repetition, "throughput", List.of(row))));
    }

    private static long tokens(List<CompletableFuture<Result.Sampled>> sampled) {
        return sampled.stream()
                .mapToLong(future -> future.join().cost().generated())
                .sum();
    }

    private static Rate median(List<Rate> rates) {
        return rates.stream()
                .sorted(Comparator.comparingDouble(Rate::tokensPerSecond))
                .toList()
                .get(rates.size() / 2);
    }
}
