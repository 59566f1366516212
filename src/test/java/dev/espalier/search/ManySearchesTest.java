package dev.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.EspalierException;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.ModelCard;
import dev.espalier.model.Result;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.strategy.Strategies;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Thousands of searches on one engine that answers a fixed number of requests per turn, first come first served.
class ManySearchesTest {
    private static final int SEARCHES = 3000;
    private static final SearchConfig BEAM = Runs.config("beam-search", Map.of("N", 4, "M", 2), 3);

    /// Queues requests until a turn answers them; a turn answers at most as many as it has rows.
    private static final class Turns {
        private static final int ROWS = 64;
        private final FakeModels models = FakeModels.prompt();
        private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
        private final List<String> served = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger alive = new AtomicInteger();
        /// The requests of all first waves.
        private final CountDownLatch asked = new CountDownLatch(SEARCHES * BEAM.n());

        /// Waits briefly if there are no requests, since the last searches may be about to end.
        List<Runnable> turn() throws InterruptedException {
            var turn = new ArrayList<Runnable>();
            var next = queue.poll(10, TimeUnit.MILLISECONDS);
            if (next == null) return turn;
            turn.add(next);
            queue.drainTo(turn, ROWS - 1);
            return turn;
        }

        LanguageModel policy(Problem failing) {
            var answers = models.policy();
            return new LanguageModel() {
                @Override
                public ModelCard card() {
                    return FakeModels.CARD;
                }

                @Override
                public CompletableFuture<Result.Sampled> generate(Call call) {
                    var future = new CompletableFuture<Result.Sampled>();
                    queue.add(() -> {
                        served.add(call.prompt().text());
                        if (call.prompt().text().equals(failing.text())
                                && !call.path().isEmpty())
                            future.completeExceptionally(new EspalierException("The server said no."));
                        else future.complete(answers.generate(call).join());
                    });
                    asked.countDown();
                    return future;
                }

                @Override
                public void close() {}
            };
        }
    }

    @Test
    void thousandsOfSearchesShareOneEngineFairlyAndFailOrCancelIndependently() throws Exception {
        var turns = new Turns();
        var problems = new ArrayList<Problem>();
        for (int i = 0; i < SEARCHES; i++)
            problems.add(new Problem("p" + i, "What is $" + i + "+1$?", null, null, "", 1));
        var failing = problems.get(17);
        var cancelled = problems.get(42);
        var ends = new HashMap<String, SearchDriver.End>();
        var logs = new HashMap<String, List<SearchEvent>>();
        var policy = turns.policy(failing);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            turns.alive.set(SEARCHES);
            for (var problem : problems) {
                threads.execute(() -> {
                    var log = new ArrayList<SearchEvent>();
                    var control = new SearchControl();
                    var end = new SearchDriver(
                                    Strategies::of,
                                    BEAM,
                                    problem,
                                    policy,
                                    turns.models.reward(),
                                    control,
                                    (_, event, _, _) -> {
                                        log.add(event);
                                        if (problem == cancelled && event instanceof SearchEvent.Selected)
                                            control.cancel();
                                    },
                                    List.of())
                            .run();
                    synchronized (ends) {
                        ends.put(problem.id(), end);
                        logs.put(problem.id(), log);
                    }
                    turns.alive.decrementAndGet();
                });
            }
            turns.asked.await();
            while (turns.alive.get() > 0) turns.turn().forEach(Runnable::run);
        }
        assertThat(ends).hasSize(SEARCHES);
        assertThat(ends.remove(failing.id())).isEqualTo(SearchDriver.End.FAILED);
        assertThat(logs.get(failing.id()).getLast()).isEqualTo(new SearchEvent.Failed("The server said no."));
        assertThat(ends.remove(cancelled.id())).isEqualTo(SearchDriver.End.CANCELLED);
        assertThat(ends.values()).containsOnly(SearchDriver.End.FINISHED);
        for (int i : List.of(0, 1, 1500, SEARCHES - 1)) {
            var alone = new ArrayList<SearchEvent>();
            new SearchDriver(
                            Strategies::of,
                            BEAM,
                            problems.get(i),
                            turns.models.policy(),
                            turns.models.reward(),
                            new SearchControl(),
                            (_, event, _, _) -> alone.add(event),
                            List.of())
                    .run();
            assertThat(logs.get("p" + i))
                    .as("the log of a search does not depend on the %d others", SEARCHES - 1)
                    .isEqualTo(alone);
        }
        // Fair: each search gets its whole first wave before any search gets a result of its second.
        var first = turns.served.subList(0, SEARCHES * BEAM.n());
        assertThat(first.stream().distinct().count()).isEqualTo(SEARCHES);
    }
}
