package dev.espalier.ui.kit;

import dev.espalier.experiment.run.StoredSearch;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import dev.espalier.problem.Problem;
import dev.espalier.search.Search;
import dev.espalier.search.SearchSetting;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.TokensProcessed;
import dev.espalier.search.strategy.Strategies;
import dev.espalier.store.RunRecord;
import dev.espalier.store.SearchStatus;
import dev.espalier.store.SearchSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Logs of real strategies with fake models, whose texts and scores follow from a seed.
public final class Grown {
    private static final String[] ANSWERS = {"17", "17", "17", "12", "15"};

    private Grown() {}

    public static List<SearchEvent> search(String strategy, Map<String, Integer> given, long seed) {
        var random = new SplittableRandom(seed);
        var strategyOf = Strategies.of(strategy, Parameters.of(given), Mode.STANDARD);
        var parameters = strategyOf.parameters();
        var config = new SearchConfig(
                strategy,
                parameters,
                Generation.DEFAULT,
                Reduction.LAST,
                seed,
                "made-up-policy",
                "",
                "made-up-prm",
                "");
        var log = new ArrayList<SearchEvent>();
        log.add(new SearchEvent.Started(config, "p1", "Solve for x: 3x + 4 = 2x + 21."));
        var search = new Search(
                strategyOf, new SearchSetting(Generation.DEFAULT.withMaxNewTokens(400), Reduction.LAST, true));
        while (!search.over()) {
            for (var request : search.ask())
                search.tell(
                        request.id(),
                        result(
                                request,
                                random,
                                search.tree().steps(node(request)).size()));
            log.addAll(search.drain());
        }
        return log;
    }

    /// The log as a finished search of the store.
    ///
    /// @param gold null for a problem without one
    public static StoredSearch stored(@Nullable String gold, List<SearchEvent> log) {
        var config = ((SearchEvent.Started) log.getFirst()).config();
        return new StoredSearch(
                new RunRecord(1, "run", "", "set", config, Instant.EPOCH, "0", "CPU"),
                new SearchSummary(
                        7,
                        1,
                        new Problem("p1", "?", gold, null, "", 2),
                        SearchStatus.FINISHED,
                        log.size(),
                        8,
                        Cost.NONE,
                        Cost.NONE,
                        TokensProcessed.NOTHING_KNOWN,
                        1,
                        ""),
                log);
    }

    private static int node(Request request) {
        return switch (request) {
            case Request.Sample sample -> sample.parent();
            case Request.Score score -> score.node();
            case Request.LookAhead ahead -> ahead.node();
            case Request.NextTokens next -> next.node();
        };
    }

    private static Result result(Request request, SplittableRandom random, int depth) {
        return switch (request) {
            case Request.LookAhead _, Request.NextTokens _ ->
                throw new IllegalArgumentException("made-up models do not look ahead");
            case Request.Score _ ->
                new Result.Scored(random.doubles(depth, 0.1, 1).boxed().toList(), new Cost(0, 40));
            case Request.Sample sample -> {
                var steps = new ArrayList<Step>();
                boolean last;
                do {
                    last = depth + steps.size() >= 2 + random.nextInt(3);
                    String text = last
                            ? "Therefore, the final answer is: $\\boxed{" + ANSWERS[random.nextInt(ANSWERS.length)]
                                    + "}$."
                            : "Collect the terms with x on the left: 3x - 2x + 4 = " + (20 + random.nextInt(3))
                                    + ".\n\n";
                    steps.add(step(text, random));
                } while (!last && !sample.stopAtStep());
                yield new Result.Sampled(steps, last ? Finish.STOP : Finish.STEP, new Cost(12L * steps.size(), 40));
            }
        };
    }

    private static Step step(String text, SplittableRandom random) {
        int[] tokens = random.ints(12, 3, 500).toArray();
        float[] logProbs = new float[tokens.length];
        for (int i = 0; i < logProbs.length; i++) logProbs[i] = (float) Math.log(random.nextDouble(0.2, 1));
        return Step.of(text, tokens, logProbs);
    }
}
