package dev.espalier.search.log;

import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import dev.espalier.search.Search;
import dev.espalier.search.SearchSetting;
import dev.espalier.search.strategy.BeamSearch;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Jumps to random moments of a beam search with 100,000 events, and the memory of a node.
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 4, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class TimelineBenchmark {
    private static final int EVENTS = 100_000;
    private static final Step STEP = Step.of("## Step\n\n", new int[] {1, 2, 3}, new float[] {0, 0, 0});

    private final SplittableRandom random = new SplittableRandom(1);
    private List<SearchEvent> log = List.of();
    private Timeline timeline = new Timeline();
    private int moment;

    @Setup
    public void grow() {
        log = log(EVENTS);
        timeline = Timeline.of(log);
        timeline.at(EVENTS); // folds it
    }

    @Benchmark
    public SearchTree jumpAnywhere() {
        return timeline.at(random.nextInt(EVENTS + 1));
    }

    @Benchmark
    public SearchTree stepBack() {
        moment = moment <= 0 ? EVENTS : moment - 1;
        return timeline.at(moment);
    }

    @Benchmark
    public SearchTree withoutSnapshots() {
        return SearchTree.of(log.subList(0, random.nextInt(EVENTS + 1)));
    }

    /// All nodes share one step, and the lists of scores belong to the events, so the rest is the tree's own
    /// memory.
    @TearDown
    public void memory() {
        var tree = SearchTree.of(log);
        long one = used();
        var copies = new ArrayList<SearchTree>();
        for (int i = 0; i < 8; i++) copies.add(tree.copy());
        System.out.printf(
                "%nbytes a node: %.1f (%d nodes)%n",
                (used() - one) / 8.0 / tree.nodes().size(), tree.nodes().size());
        if (copies.size() != 8) throw new IllegalStateException();
    }

    private static long used() {
        for (int i = 0; i < 5; i++) System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /// A beam search at N = 256 that never ends, truncated.
    static List<SearchEvent> log(int events) {
        var search = new Search(
                new BeamSearch(256, 4, Integer.MAX_VALUE, 0),
                new SearchSetting(Generation.DEFAULT.withMaxNewTokens(Integer.MAX_VALUE), Reduction.LAST, true));
        var random = new SplittableRandom(3);
        var log = new ArrayList<SearchEvent>();
        while (log.size() < events) {
            for (var request : search.ask()) {
                search.tell(
                        request.id(),
                        request instanceof Request.Score score
                                ? scores(search.tree().node(score.node()).depth(), random)
                                : new Result.Sampled(List.of(STEP), Finish.STEP, Cost.NONE));
            }
            log.addAll(search.drain());
        }
        return List.copyOf(log.subList(0, events));
    }

    private static Result scores(int steps, SplittableRandom random) {
        return new Result.Scored(random.doubles(steps, 0, 1).boxed().toList(), Cost.NONE);
    }
}
