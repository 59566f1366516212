package dev.espalier.engine.http.wire;

import dev.espalier.engine.http.endpoint.Endpoint;
import java.net.URI;
import java.time.Duration;

/// What a pool knows of one of its servers: how much it has in flight, its rate, whether it is well. All times are nanoseconds of one clock. Guarded by its pool.
final class Server {
    /// No time makes it free, only a request that ends.
    static final long UNTIL_A_REQUEST_ENDS = Long.MAX_VALUE;
    /// Failures in a row after which it is taken out.
    static final int FAILURES = 3;
    private static final int LONGEST_PROBE = 30;

    final URI url;
    private final int concurrency;
    private final long perRequest;
    private final long backOff;
    private final long firstProbe;
    private int inFlight;
    // A bucket that holds one second's requests, at least one.
    private final double bucket;
    private double allowed;
    private long filledAt;
    private int failures;
    private long probeAt;
    private long pausedUntil;
    private int busyInARow;

    /// @param backOff how long a busy server is left alone at least, doubled each time. One that was taken out is first asked again after twice as long, then later and
    ///                later, up to 30 times
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

    /// How long a request has to wait: 0 for not at all.
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

    /// Whether it is taken out: only a probe at a time is let through, later and later.
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

    /// A request came back well, whatever it said.
    void well() {
        inFlight--;
        failures = 0;
        busyInARow = 0;
    }

    /// A request was given up by the one who made it.
    void abandoned() {
        inFlight--;
    }

    /// @param started when the request was made: requests that were in flight together count as one
    /// @param asked   how long the server wants to be left alone, 0 where it does not say
    /// @param longest how long it is left alone at most
    /// @return how long it is to be left alone, also where that is longer than it will be
    long busy(long now, long started, long asked, long longest) {
        inFlight--;
        failures = 0;
        if (busyInARow == 0 || started >= pausedUntil) busyInARow++;
        long wait = Math.max(asked, Math.min(LONGEST_PROBE * backOff, backOff << Math.min(6, busyInARow - 1)));
        pausedUntil = Math.max(pausedUntil, now + Math.min(wait, longest));
        return wait;
    }

    /// @param started when the request that failed was made: requests that were in flight together count as one failure
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
