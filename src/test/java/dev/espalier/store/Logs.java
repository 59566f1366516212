package dev.espalier.store;

import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.model.Step;
import dev.espalier.problem.Problem;
import dev.espalier.problem.Variant;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Runs, problems and synthetic, well-formed logs to store.
final class Logs {
    static final SearchConfig CONFIG = new SearchConfig(
            "best-of-n",
            Parameters.of(Map.of("N", 4)),
            Generation.DEFAULT.withTemperature(0.1 + 0.2),
            Reduction.PROD,
            Long.MIN_VALUE + 1,
            "policy",
            "ab12",
            "reward",
            "cd34");

    private Logs() {}

    static RunRecord run(String name) {
        return new RunRecord(
                0,
                name,
                "sweep of " + name,
                "set",
                CONFIG,
                Instant.parse("2026-01-02T03:04:05.678901Z"),
                "0.1.0",
                "CPU, 2 threads, f32");
    }

    static RunRecord withId(RunRecord run, long id) {
        return new RunRecord(
                id,
                run.name(),
                run.sweep(),
                run.problemSet(),
                run.config(),
                run.created(),
                run.version(),
                run.device(),
                run.fork(),
                run.source());
    }

    static Problem problem(int number) {
        return new Problem(
                "set/" + number,
                "What is $%d + 1$?".formatted(number),
                Integer.toString(number + 1),
                null,
                "Algebra",
                1 + number % 5);
    }

    /// A best-of-n log: whole paths of a few steps, scored and ended one after the other.
    static List<SearchEvent> bestOfN(Problem problem, int n, int stepsEach, int tokensAStep, long seed) {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var log = new ArrayList<SearchEvent>();
        log.add(new SearchEvent.Started(CONFIG, problem.id(), problem.text()));
        var samples = new ArrayList<Request>();
        for (int i = 0; i < n; i++)
            samples.add(new Request.Sample(i, 0, List.of(i), false, false, 2048, Variant.IDENTITY));
        log.add(new SearchEvent.Asked(samples));
        for (int i = 0; i < n; i++) {
            var steps = new ArrayList<Step>();
            for (int s = 0; s < stepsEach; s++) steps.add(step(random, tokensAStep));
            long tokens = (long) stepsEach * tokensAStep;
            log.add(new SearchEvent.Sampled(
                    i, 0, i, 1 + i * stepsEach, steps, Finish.STOP, new Cost(tokens, tokens + 60)));
        }
        var scores = new ArrayList<Request>();
        for (int i = 0; i < n; i++) scores.add(new Request.Score(n + i, (i + 1) * stepsEach, false));
        log.add(new SearchEvent.Asked(scores));
        for (int i = 0; i < n; i++) {
            log.add(new SearchEvent.Scored(
                    n + i,
                    (i + 1) * stepsEach,
                    random.doubles(stepsEach).mapToObj(d -> (double) (float) d).toList(),
                    new Cost(0, 300)));
            log.add(new SearchEvent.Ended(i, (i + 1) * stepsEach, Finish.STOP));
        }
        log.add(new SearchEvent.Finished(n, new Cost(n, n), new Cost(0, n)));
        return log;
    }

    private static Step step(RandomGenerator random, int tokens) {
        var text = new StringBuilder();
        var ids = new int[tokens];
        var logProbs = new float[tokens];
        for (int t = 0; t < tokens; t++) {
            ids[t] = random.nextInt(50_000);
            logProbs[t] = (float) Math.log(1 - random.nextDouble() * random.nextDouble());
            text.append(t % 3 == 0 ? " so" : t % 3 == 1 ? " $x" : " = 4");
        }
        return Step.of(text.append(".\n\n").toString(), ids, logProbs);
    }

    /// Stores a whole log.
    static void store(RunStore store, long search, List<SearchEvent> log) {
        append(store, search, 0, log);
        store.finish(search, SearchStatus.FINISHED, log.size() * 0.25);
        store.flush();
    }

    /// Event number k happens at k / 4 seconds.
    static void append(RunStore store, long search, long from, List<SearchEvent> log) {
        var tree = SearchTree.of(log.subList(0, (int) from));
        for (long number = from; number < log.size(); number++) {
            tree.apply(log.get((int) number));
            store.append(search, number, log.get((int) number), tree, number * 0.25);
        }
    }

    /// Appends to a log of warnings only.
    static void append(RunStore store, long search, long number, SearchEvent event, double seconds) {
        var tree = new SearchTree();
        for (long before = 0; before < number; before++) tree.apply(new SearchEvent.Warned("before"));
        tree.apply(event);
        store.append(search, number, event, tree, seconds);
    }
}
