package dev.espalier.search;

import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.strategy.Strategies;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Events per second of one search on one core. The models answer immediately with precomputed steps.
/// Paths end after 12 steps of 30 tokens.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Thread)
public class SearchBenchmark {
    private static final int STEPS = 12;
    private static final Cost COST = new Cost(30, 30);

    @Param({"beam-search", "dvts", "mcts", "particle-filtering", "best-of-n"})
    public String strategy = "beam-search";

    @AuxCounters
    @State(Scope.Thread)
    public static class Counted {
        public long events;
    }

    private static final Step[] STEP = new Step[64];
    private static final Result.Scored[] SCORES = new Result.Scored[64 * STEPS];

    static {
        for (int i = 0; i < STEP.length; i++)
            STEP[i] = Step.of(
                    "## Step " + i + ": a step of usual length, of some thirty tokens or so, with $x = " + i
                            + "$ in it.\n\n",
                    new int[30],
                    new float[30]);
        for (int i = 0; i < SCORES.length; i++) {
            var scores = new Double[1 + i % STEPS];
            for (int k = 0; k < scores.length; k++) scores[k] = Math.floorMod(i * 7919 + k * 104729, 1000) / 1000.0;
            SCORES[i] = new Result.Scored(List.of(scores), COST);
        }
    }

    @Benchmark
    public SearchTree search(Counted counted) {
        var search = new Search(
                Strategies.of(
                        strategy,
                        Parameters.of(
                                strategy.equals("beam-search") || strategy.equals("dvts") || strategy.equals("mcts")
                                        ? Map.of("N", 256, "M", 4)
                                        : Map.of("N", 256)),
                        dev.espalier.search.log.Mode.STANDARD),
                new SearchSetting(Generation.DEFAULT, Reduction.LAST, true));
        for (var wave = search.ask(); !wave.isEmpty(); wave = search.ask()) {
            for (var request : wave) search.tell(request.id(), answer(search, request));
            counted.events += search.drain().size();
        }
        counted.events += search.drain().size();
        return search.tree();
    }

    private static Result answer(Search search, Request request) {
        return switch (request) {
            case Request.Sample sample -> {
                int depth = sample.path().size();
                var steps = sample.stopAtStep()
                        ? List.of(STEP[request.id() % STEP.length])
                        : List.of(STEP).subList(0, Math.max(1, STEPS + 1 - depth));
                yield new Result.Sampled(steps, depth + steps.size() > STEPS ? Finish.STOP : Finish.STEP, COST);
            }
            case Request.Score score -> {
                int depth = search.tree().node(score.node()).depth();
                yield SCORES[score.id() % 64 * STEPS + Math.min(STEPS, depth) - 1];
            }
            case Request.LookAhead _, Request.NextTokens _ -> throw new IllegalStateException("not asked for here");
        };
    }
}
