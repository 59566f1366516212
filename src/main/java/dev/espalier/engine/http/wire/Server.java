package dev.espalier.engine.http.wire;

import dev.espalier.engine.http.endpoint.Endpoint;
import java.net.URI;
import java.time.Duration;

/// A pool's view of one server: its requests in flight, its rate, its health. All times are nanoseconds of one clock.
/// Guarded by its pool.
final class Server {
    /// Not a time: the server becomes free when a request ends.
    static final long UNTIL_A_REQUEST_ENDS = Long.MAX_VALUE;
    /// Consecutive failures after which the server is taken out of use.
    static final int FAILURES = 3;
    private static final int LONGEST_PROBE = 30;

    final URI url;
    private final int concurrency;
    private final long perRequest;
    private final long backOff;
    private final long firstProbe;
    private int inFlight;
    // A token bucket that holds one second's requests, at least one.
    private final double bucket;
    private double allowed;
    private long filledAt;
    private int failures;
    private long probeAt;
    private long pausedUntil;
    private int busyInARow;

    /// @param backOff minimum pause of a busy server, doubled each time. A server out of use is first probed after
    ///                twice this time, then at growing intervals, up to 30 times as long
    Server(URI url, Endpoint.Limits limits, Duration backOff, long now) {
        this.url = url;
        this.backOff = backOff.toNanos();
        firstProbe = 2 * this.backOff;
        concurrency = limits.concurrency();
        perRequest = limits.requestsPerMinute() == 0 ? 0 : Duration.ofMinutes(1).toNanos() / limits.requestsPerMinute();
        bucket = Math.max(1, limits.requestsPerMinute() / 60.0);
        allowed = bucket;
        filledAt = now;
        pausedUntil = now;
    }

    /// How long a request must wait; 0 for not at all.
    long delay(long now) {
        if (inFlight >= concurrency || out() && inFlight > 0) return UNTIL_A_REQUEST_ENDS;
        long wait = Math.max(0, pausedUntil - now);
        if (out()) wait = Math.max(wait, probeAt - now);
        if (perRequest > 0) {
            fill(now);
            if (allowed < 1) wait = Math.max(wait, (long) Math.ceil((1 - allowed) * perRequest));
        }
        return wait;
    }

    private void fill(long now) {
        allowed = Math.min(bucket, allowed + (now - filledAt) / (double) perRequest);
        filledAt = now;
    }

    /// Whether it is out of use: it gets only one probe at a time, at growing intervals.
    boolean out() {
        return failures >= FAILURES;
    }

    int inFlight() {
        return inFlight;
    }

    void take(long now) {
        inFlight++;
        if (perRequest > 0) {
            fill(now);
            allowed--;
        }
    }

    /// A request got an answer, of any content.
    void well() {
        inFlight--;
        failures = 0;
        busyInARow = 0;
    }

    /// The caller gave up a request.
    void abandoned() {
        inFlight--;
    }

    /// @param started when the request was made: concurrent requests count as one
    /// @param asked   the pause that the server asks for, 0 if unknown
    /// @param longest the longest pause
    /// @return the requested pause, even if it is longer than the actual one
    long busy(long now, long started, long asked, long longest) {
        inFlight--;
        failures = 0;
        if (busyInARow == 0 || started >= pausedUntil) busyInARow++;
        long wait = Math.max(asked, Math.min(LONGEST_PROBE * backOff, backOff << Math.min(6, busyInARow - 1)));
        pausedUntil = Math.max(pausedUntil, now + Math.min(wait, longest));
        return wait;
    }

    /// @param started when the failed request was made: concurrent failures count as one
    void failed(long now, long started) {
        inFlight--;
        if (out() && started < probeAt - probeWait()) return;
        failures++;
        if (out()) probeAt = now + probeWait();
    }

    private long probeWait() {
        return Math.min(LONGEST_PROBE * firstProbe, firstProbe << Math.min(5, Math.max(0, failures - FAILURES)));
    }
}
