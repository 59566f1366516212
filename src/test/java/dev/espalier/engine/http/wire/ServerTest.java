package dev.espalier.engine.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.http.endpoint.Endpoint;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private static Server server(int concurrency, int perMinute) {
        return new Server(
                URI.create("http://box/v1"), new Endpoint.Limits(concurrency, perMinute, 1), Duration.ofMillis(500), 0);
    }

    private static void fail(Server server, long now) {
        server.take(now);
        server.failed(now, now);
    }

    @Test
    void aFullServerWaitsForARequestToEnd() {
        var server = server(1, 0);
        assertThat(server.delay(0)).isZero();
        server.take(0);
        assertThat(server.delay(0)).isEqualTo(Server.UNTIL_A_REQUEST_ENDS);
        server.well();
        assertThat(server.delay(0)).isZero();
    }

    @Test
    void aRateIsKeptAndASecondsWorthMayComeAtOnce() {
        var server = server(100, 120);
        for (int i = 0; i < 2; i++) {
            assertThat(server.delay(0)).isZero();
            server.take(0);
        }
        assertThat(server.delay(0)).isEqualTo(SECOND / 2);
        assertThat(server.delay(SECOND / 2)).isZero();
        server.take(SECOND / 2);
        assertThat(server.delay(SECOND / 2)).isEqualTo(SECOND / 2);
        assertThat(server.delay(60 * SECOND)).isZero();
    }

    @Test
    void aServerThatKeepsFailingIsProbedLessAndLessUntilItAnswers() {
        var server = server(100, 0);
        fail(server, 0);
        fail(server, 0);
        assertThat(server.out()).isFalse();
        fail(server, 0);
        assertThat(server.out()).isTrue();
        assertThat(server.delay(0)).isEqualTo(SECOND);
        assertThat(server.delay(SECOND)).isZero();
        server.take(SECOND);
        assertThat(server.delay(SECOND)).as("one probe at a time").isEqualTo(Server.UNTIL_A_REQUEST_ENDS);
        server.failed(SECOND, SECOND);
        assertThat(server.delay(SECOND)).isEqualTo(2 * SECOND);
        long now = SECOND;
        for (int i = 0; i < 40; i++) {
            now += server.delay(now);
            fail(server, now);
        }
        assertThat(server.delay(now)).as("at least twice a minute").isEqualTo(30 * SECOND);
        now += 30 * SECOND;
        server.take(now);
        server.well();
        assertThat(server.out()).isFalse();
        assertThat(server.delay(now)).isZero();
    }

    @Test
    void requestsThatWereInFlightTogetherCountAsOneOutage() {
        var server = server(100, 0);
        for (int i = 0; i < 50; i++) server.take(0);
        for (int i = 0; i < 50; i++) server.failed(10, 0);
        assertThat(server.delay(10)).isEqualTo(SECOND);
        assertThat(server.inFlight()).isZero();
    }

    @Test
    void aBusyServerIsRetriedAfterTheTimeThatItNames() {
        var server = server(100, 0);
        server.take(0);
        assertThat(server.busy(0, 0, 7 * SECOND, 60 * SECOND)).isEqualTo(7 * SECOND);
        assertThat(server.delay(SECOND)).isEqualTo(6 * SECOND);
        assertThat(server.delay(7 * SECOND)).isZero();
        assertThat(server.out()).isFalse();
    }

    @Test
    void aServerThatStaysBusyIsRetriedLessAndLess() {
        var server = server(100, 0);
        long now = 0;
        for (long wait :
                new long[] {SECOND / 2, SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND, 15 * SECOND, 15 * SECOND}) {
            for (int i = 0; i < 3; i++) server.take(now);
            assertThat(server.busy(now, now, 0, 60 * SECOND)).isEqualTo(wait);
            for (int i = 0; i < 2; i++)
                assertThat(server.busy(now, now, 0, 60 * SECOND))
                        .as("in flight together")
                        .isEqualTo(wait);
            assertThat(server.delay(now)).isEqualTo(wait);
            now += wait;
        }
        server.take(now);
        server.well();
        server.take(now);
        assertThat(server.busy(now, now, 0, 60 * SECOND)).isEqualTo(SECOND / 2);
    }

    @Test
    void aBusyServerIsRetriedBeforeTheTimeLimit() {
        var server = server(100, 0);
        server.take(0);
        assertThat(server.busy(0, 0, 1000 * SECOND, 60 * SECOND))
                .as("for the one who asked")
                .isEqualTo(1000 * SECOND);
        assertThat(server.delay(0)).as("for the others").isEqualTo(60 * SECOND);
    }

    @Test
    void retryAfterIsSecondsOrADate() {
        for (var far : List.of("999999999", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "86400"))
            assertThat(Status.after(far)).isEqualTo(Duration.ofDays(1));
        assertThat(Status.after("-5")).isNull();

        assertThat(Status.after("12")).isEqualTo(Duration.ofSeconds(12));
        assertThat(Status.after("Wed, 21 Oct 2015 07:28:00 GMT")).isEqualTo(Duration.ZERO);
        assertThat(Status.after("soon")).isNull();
    }
}
