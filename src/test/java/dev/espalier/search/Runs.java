package dev.espalier.search;

import dev.espalier.model.Generation;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.strategy.Strategies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Runs searches against [FakeModels] and returns their logs.
public final class Runs {
    public static final Problem PROBLEM = new Problem("p1", "What is $1+1$?", "2", null, "Algebra", 1);

    private static final int MOST_EVENTS = 200_000;

    private Runs() {}

    public static SearchConfig config(String strategy, Map<String, ?> parameters, long seed) {
        return new SearchConfig(
                strategy,
                Strategies.of(strategy, Parameters.of(parameters), Mode.STANDARD)
                        .parameters(),
                Generation.DEFAULT,
                Reduction.LAST,
                seed,
                "fake",
                "00",
                "fake",
                "00");
    }

    public static List<SearchEvent> log(SearchConfig config, FakeModels models) {
        return log(config, models, List.of());
    }

    public static List<SearchEvent> log(SearchConfig config, FakeModels models, List<SearchEvent> stored) {
        var events = new ArrayList<SearchEvent>();
        new SearchDriver(
                        Strategies::of,
                        config,
                        PROBLEM,
                        models.policy(),
                        models.reward(),
                        new SearchControl(),
                        (_, event, _, _) -> {
                            events.add(event);
                            if (events.size() > MOST_EVENTS)
                                throw new AssertionError("a search that does not end: " + config);
                        },
                        stored)
                .run();
        return events;
    }

    public static <E extends SearchEvent> List<E> of(Class<E> kind, List<SearchEvent> log) {
        return log.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
