package dev.espalier.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.http.FakeServer.Request;
import dev.espalier.engine.http.endpoint.ApiKey;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.wire.FreePort;
import dev.espalier.engine.http.wire.TestClock;
import dev.espalier.engine.http.wire.Time;
import dev.espalier.search.FakeModels;
import dev.espalier.search.Runs;
import dev.espalier.search.SearchControl;
import dev.espalier.search.SearchDriver;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.strategy.Strategies;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole searches over misbehaving servers: the log equals that of an undisturbed server.
class EndpointSearchTest {
    private static final String COMPLETIONS = "/v1/completions";
    private static final Duration SILENCE = Duration.ofSeconds(30);

    static List<SearchEvent> log(String strategy, List<URI> urls, UnaryOperator<Endpoint> change) {
        return log(strategy, urls, change, Time.REAL);
    }

    static List<SearchEvent> log(String strategy, List<URI> urls, UnaryOperator<Endpoint> change, Time time) {
        var events = new ArrayList<SearchEvent>();
        try (var policy = new EndpointPolicy(change.apply(EndpointPolicyTest.endpoint(urls)), ApiKey.NONE, time)) {
            new SearchDriver(
                            Strategies::of,
                            Runs.config(strategy, Map.of("N", 16, "M", 4), 5),
                            Runs.PROBLEM,
                            policy,
                            FakeModels.prompt().reward(),
                            new SearchControl(),
                            (_, event, _, _) -> events.add(event),
                            List.of())
                    .run();
        }
        return events;
    }

    private static List<SearchEvent> undisturbed(String strategy) {
        try (var server = new FakeServer("vllm", "m").on(COMPLETIONS, Ruled.VLLM::answer)) {
            var log = log(strategy, List.of(server.url()), UnaryOperator.identity());
            assertThat(log.getLast()).isInstanceOf(SearchEvent.Finished.class);
            assertThat(Runs.of(SearchEvent.Ended.class, log)).hasSize(16);
            return log;
        }
    }

    /// Two of three requests fail, each time in another way, some of them slowly.
    private static void moody(Request request) throws IOException {
        var choices = Ruled.VLLM.choices(request.body(), 1);
        switch (request.number() % 9) {
            case 0 -> request.json(500, Map.of("error", "moody"));
            case 1 -> request.stream(Ruled.VLLM.pieces(request.body(), choices).subList(0, 2), false);
            case 3 -> request.json(429, "", "Retry-After", "0");
            case 4 -> request.json(200, "{\"choices\": [");
            case 6 -> throw new IOException("the test breaks off here");
            case 7 -> request.stream(Ruled.VLLM.pieces(request.body(), choices).subList(0, 1), true);
            default -> Ruled.VLLM.answer(request);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"beam-search", "dvts"})
    void oneOfTwoServersDiesInTheMiddleAndNothingIsLostOrCountedTwice(String strategy) {
        var expected = undisturbed(strategy);
        try (var dying = new FakeServer("vllm", "m");
                var other = new FakeServer("vllm", "m").on(COMPLETIONS, Ruled.VLLM::answer)) {
            dying.on(COMPLETIONS, request -> {
                if (request.number() <= 6) {
                    Ruled.VLLM.answer(request);
                    return;
                }
                if (request.number() == 7) Thread.ofVirtual().start(dying::close);
                request.hang();
            });
            assertThat(log(strategy, List.of(dying.url(), other.url()), UnaryOperator.identity()))
                    .isEqualTo(expected);
            assertThat(dying.count(COMPLETIONS)).as("the load was spread").isGreaterThan(6);
            assertThat(other.count(COMPLETIONS)).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"beam-search", "dvts"})
    void serversThatKeepFailingNowAndThenGiveTheSameLog(String strategy) {
        var expected = undisturbed(strategy);
        try (var one = new FakeServer("vllm", "m").on(COMPLETIONS, EndpointSearchTest::moody);
                var two = new FakeServer("vllm", "m").on(COMPLETIONS, EndpointSearchTest::moody)) {
            assertThat(log(strategy, List.of(one.url(), two.url()), EndpointSearchTest::patient))
                    .isEqualTo(expected);
        }
    }

    /// Each fourth request stalls until the time limit.
    private static void stalling(Request request, TestClock clock) throws IOException {
        if (request.number() % 4 == 2) {
            clock.pass(SILENCE);
            request.hang();
        }
        Ruled.VLLM.answer(request);
    }

    @ParameterizedTest
    @ValueSource(strings = {"beam-search", "dvts"})
    void aStalledRequestIsRetriedElsewhereAndCountedOnce(String strategy) {
        var expected = undisturbed(strategy);
        var clock = new TestClock();
        try (var stalling = new FakeServer("vllm", "m").on(COMPLETIONS, request -> stalling(request, clock));
                var other = new FakeServer("vllm", "m").on(COMPLETIONS, Ruled.VLLM::answer)) {
            var log = log(
                    strategy,
                    List.of(stalling.url(), other.url()),
                    e -> EndpointPolicyTest.with(
                            e,
                            e.api(),
                            e.stop(),
                            e.limits(),
                            new Endpoint.Timeouts(
                                    Duration.ofSeconds(5),
                                    SILENCE,
                                    Duration.ofMinutes(60),
                                    200,
                                    Duration.ofSeconds(60),
                                    Duration.ofNanos(1)),
                            true),
                    clock);
            assertThat(log).isEqualTo(expected);
            assertThat(stalling.count(COMPLETIONS)).as("some stalled").isGreaterThan(5);
        }
    }

    private static Endpoint patient(Endpoint e) {
        return EndpointPolicyTest.with(
                e,
                e.api(),
                e.stop(),
                new Endpoint.Limits(4, 0, 1),
                new Endpoint.Timeouts(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(60),
                        200,
                        Duration.ofSeconds(60),
                        Duration.ofNanos(1)),
                true);
    }

    @Test
    void aServerThatWasDeadFromTheStartIsNotUsed() {
        var expected = undisturbed("beam-search");
        try (var server = new FakeServer("vllm", "m").on(COMPLETIONS, Ruled.VLLM::answer)) {
            var dead = URI.create("http://localhost:" + FreePort.find() + "/v1");
            assertThat(log("beam-search", List.of(dead, server.url()), UnaryOperator.identity()))
                    .isEqualTo(expected);
        }
    }

    @Test
    void whenAllServersAreGoneTheSearchFailsWithASentenceAndCanBeResumed() {
        var server = new FakeServer("vllm", "m");
        server.on(COMPLETIONS, request -> {
            if (request.number() == 20) Thread.ofVirtual().start(server::close);
            if (request.number() >= 20) request.hang();
            Ruled.VLLM.answer(request);
        });
        var log = log(
                "beam-search",
                List.of(server.url()),
                e -> EndpointPolicyTest.with(
                        e,
                        e.api(),
                        e.stop(),
                        e.limits(),
                        new Endpoint.Timeouts(
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(60),
                                3,
                                Duration.ofMillis(50),
                                Duration.ofNanos(1)),
                        true));
        assertThat(log.getLast())
                .isInstanceOfSatisfying(
                        SearchEvent.Failed.class,
                        failed -> assertThat(failed.reason())
                                .contains("The endpoint http://localhost:")
                                .contains(" of test "));
        var expected = undisturbed("beam-search");
        assertThat(log.subList(0, log.size() - 1))
                .as("what it had is right")
                .isEqualTo(expected.subList(0, log.size() - 1));
    }
}
