package dev.espalier.engine.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.http.FakeServer;
import dev.espalier.engine.http.FakeServer.Request;
import dev.espalier.engine.http.endpoint.ApiKey;
import dev.espalier.engine.http.endpoint.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Long requests, on a clock that advances one minute per line that the server sends; the time limit of a request is
/// five.
class HttpTransportTest {
    private static final int LINES = 12;

    private final TestClock clock = new TestClock();

    private List<String> read(FakeServer.Handler handler) throws Failure, InterruptedException {
        return read(
                new Endpoint.Timeouts(
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(5),
                        1,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(1)),
                handler);
    }

    private List<String> read(Endpoint.Timeouts timeouts, FakeServer.Handler handler)
            throws Failure, InterruptedException {
        var read = new ArrayList<String>();
        try (var server = new FakeServer("vllm", "m").on("/v1/completions", handler);
                var transport = new HttpTransport(ApiKey.NONE, timeouts, clock)) {
            transport.stream(
                    Endpoint.under(server.url(), "completions"),
                    JsonMapper.shared().createObjectNode(),
                    1,
                    2000,
                    document -> {
                        read.add(document.path("text").asString());
                        return document.has("text") ? HttpTransport.Taken.SOMETHING : HttpTransport.Taken.NOTHING;
                    });
        }
        return read;
    }

    private void send(Request request, String type, String line) throws IOException {
        request.exchange().getResponseHeaders().add("Content-Type", type);
        request.exchange().sendResponseHeaders(200, 0);
        for (int i = 0; i < LINES; i++) {
            clock.pass(Duration.ofMinutes(1));
            int before = clock.received();
            request.exchange().getResponseBody().write(line.getBytes(StandardCharsets.UTF_8));
            request.exchange().getResponseBody().flush();
            clock.awaitReceived(before + 1);
        }
    }

    @Test
    void aLongStreamIsReadToItsEnd() throws Exception {
        var read = read(request -> {
            send(request, "text/event-stream", "data: {\"text\": \"on\"}\n\n");
            request.exchange().close();
        });
        assertThat(read).hasSize(LINES).containsOnly("on");
        assertThat(Duration.ofNanos(clock.now())).isGreaterThan(Duration.ofMinutes(5));
    }

    @Test
    void heartbeatsAloneDoNotExtendTheLimitOfARequest() {
        assertLate("text/event-stream", ": alive\n\n");
    }

    @Test
    void aServerThatHasNeverAnsweredIsWaitedForLessThanAMinute() {
        assertThatThrownBy(() -> read(Endpoint.Timeouts.DEFAULT, request -> {
                    request.exchange().getResponseHeaders().add("Content-Type", "text/event-stream");
                    request.exchange().sendResponseHeaders(200, 0);
                    // Received before time passes, so the headers have arrived.
                    for (var passing : List.of(Duration.ofSeconds(20), Duration.ofSeconds(20))) {
                        int before = clock.received();
                        request.exchange().getResponseBody().write(": alive\n\n".getBytes(StandardCharsets.UTF_8));
                        request.exchange().getResponseBody().flush();
                        clock.awaitReceived(before + 1);
                        clock.pass(passing);
                    }
                    request.hang();
                }))
                .isInstanceOf(Failure.class)
                .hasMessage("exceeded the time limit of a request");
        assertThat(Duration.ofNanos(clock.now())).isEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void timeLimitsSetByTheUserCountFromTheFirstRequest() {
        var given = new Endpoint.Timeouts(
                Duration.ofSeconds(5),
                Duration.ofMinutes(9),
                Duration.ofMinutes(20),
                6,
                Duration.ofSeconds(50),
                Duration.ofMillis(500));
        assertThat(given.first()).isEqualTo(given);
        assertThat(Endpoint.Timeouts.DEFAULT.first().silence()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void anAnswerWithoutAStreamHasTheTimeLimitOfARequest() {
        assertLate("application/json", "{");
    }

    private void assertLate(String type, String line) {
        assertThatThrownBy(() -> read(request -> {
                    send(request, type, line);
                    request.hang();
                }))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind).isEqualTo(Failure.Kind.AGAIN))
                .hasMessage("exceeded the time limit of a request");
    }
}
