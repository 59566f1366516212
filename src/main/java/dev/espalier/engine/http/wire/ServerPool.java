package dev.espalier.engine.http.wire;

import dev.espalier.EspalierException;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.io.Notices;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Several servers of one model. A request goes to the server with the fewest requests in flight. A failed request is
/// retried on another server after a growing pause. A server that keeps failing is taken out of use and probed from
/// time to time. A request succeeds once, on one server. Thread-safe.
public final class ServerPool {
    private static final System.Logger LOG = System.getLogger(ServerPool.class.getName());
    private static final System.Logger NOTICES = System.getLogger(Notices.LOGGER);
    private static final int LONGEST_PAUSE = 60;

    /// A request to one server.
    public @FunctionalInterface interface Attempt<T> {
        T on(URI url) throws Failure, InterruptedException;
    }

    private final String model;
    private final Endpoint.Timeouts timeouts;
    /// Whether the endpoint has ever answered.
    private final BooleanSupplier answered;
    private final List<Server> servers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /// When the last server was taken out of use; 0 while one is in use.
    private long outSince;
    private @Nullable Failure lastFailure;
    private @Nullable Server lastFailed;
    private long lastFailureAt;

    /// @param urls     the endpoint's servers that have the model
    /// @param answered whether the endpoint has ever given a useful answer
    public ServerPool(Endpoint endpoint, List<URI> urls, BooleanSupplier answered) {
        this.answered = answered;
        model = endpoint.name();
        timeouts = endpoint.timeouts();
        long now = System.nanoTime();
        servers = urls.stream()
                .map(url -> new Server(url, endpoint.limits(), timeouts.backOff(), now))
                .toList();
    }

    private record Lease(Server server, long started) {}

    /// The history of one request.
    private final class Trials {
        private final long began = System.nanoTime();
        /// The servers that failed it; emptied when all have.
        private final Set<Server> failed = new HashSet<>();
        /// When all servers had failed it; 0 while one is left to try.
        private long everywhere;
        private @Nullable Server last;
        private @Nullable Failure failure;

        void failed(Server server, Failure reason, long now) {
            last = server;
            failure = reason;
            if (reason.kind == Failure.Kind.PART) everywhere = 0;
            if (reason.kind != Failure.Kind.AGAIN && reason.kind != Failure.Kind.DOWN) return;
            failed.add(server);
            if (failed.size() < servers.size()) return;
            failed.clear();
            if (everywhere == 0) everywhere = now;
        }

        boolean had(Server server) {
            return server == last || failed.contains(server);
        }
    }

    /// Makes a request until it succeeds.
    ///
    /// @throws EspalierException if it cannot succeed, or if the time limits are exceeded; the message names the
    ///     server
    public <T> T call(Attempt<T> attempt) throws InterruptedException {
        int attempts = 0;
        var trials = new Trials();
        long busySince = 0;
        long notBefore = System.nanoTime();
        while (true) {
            var lease = take(trials, notBefore);
            try {
                var result = attempt.on(lease.server.url);
                release(lease, Server::well);
                return result;
            } catch (Failure failure) {
                long wait = failed(lease, failure);
                long now = System.nanoTime();
                trials.failed(lease.server, failure, now);
                boolean hopeless = !answered.getAsBoolean()
                        && now + wait - trials.began >= timeouts.first().whole().toNanos();
                if (hopeless && failure.kind != Failure.Kind.PART) throw error(lease.server, failure);
                if (failure.kind == Failure.Kind.PART) {
                    attempts = 0;
                    continue;
                }
                if (failure.kind == Failure.Kind.FINAL) throw error(lease.server, failure);
                if (failure.kind == Failure.Kind.BUSY) {
                    // The server is healthy and names the time itself: only the limit of a whole
                    // request applies.
                    if (busySince == 0) busySince = now;
                    if (now + wait - busySince > timeouts.whole().toNanos()) throw error(lease.server, failure);
                    continue;
                }
                // Without a connection nothing was tried: only the time limit counts.
                if (failure.kind == Failure.Kind.AGAIN && ++attempts >= timeouts.attempts())
                    throw error(lease.server, failure);
                if (failure.kind == Failure.Kind.AGAIN) notBefore = now + pause(attempts);
                LOG.log(Level.DEBUG, "{0} {1}; asking again", Endpoint.shown(lease.server.url), failure.getMessage());
            } catch (InterruptedException | RuntimeException | Error e) {
                release(lease, Server::abandoned);
                throw e;
            }
        }
    }

    /// Half to the whole of the back-off time, doubled for each failed attempt.
    private long pause(int attempts) {
        long longest = timeouts.backOff().toNanos();
        long doubled = Math.min(longest * LONGEST_PAUSE, longest << Math.min(attempts - 1, 6));
        return doubled / 2 + (long) (ThreadLocalRandom.current().nextDouble() * (doubled / 2.0));
    }

    /// Waits for a server that may receive a request.
    private Lease take(Trials trials, long notBefore) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                long now = System.nanoTime();
                long giveUp = giveUp(now, trials);
                long wait = notBefore - now;
                if (wait <= 0) {
                    var free = servers.stream()
                            .filter(server -> server.delay(now) == 0)
                            .min(Comparator.comparing(trials::had)
                                    .thenComparing(Server::out)
                                    .thenComparingInt(Server::inFlight));
                    if (free.isPresent()) {
                        free.get().take(now);
                        return new Lease(free.get(), now);
                    }
                    wait = servers.stream()
                            .mapToLong(server -> server.delay(now))
                            .min()
                            .orElseThrow();
                }
                changed.awaitNanos(Math.min(wait, giveUp));
            }
        } finally {
            lock.unlock();
        }
    }

    /// The remaining time; throws if there is none.
    private long giveUp(long now, Trials trials) {
        long limit = timeouts.giveUp().toNanos();
        if (trials.everywhere != 0 && trials.last != null && trials.failure != null && now - trials.everywhere >= limit)
            throw error(trials.last, trials.failure);
        boolean over = outSince != 0 && now - outSince >= limit;
        // A later request waits for the next probe: the server may be back.
        if (over && lastFailure != null && lastFailed != null && lastFailureAt - trials.began >= 0)
            throw error(lastFailed, lastFailure);
        long left = Long.MAX_VALUE;
        if (trials.everywhere != 0) left = Math.min(left, trials.everywhere + limit - now);
        if (outSince != 0 && !over) left = Math.min(left, outSince + limit - now);
        return left;
    }

    /// @return how long a busy server gets no request
    private long failed(Lease lease, Failure failure) {
        var wait = new long[1];
        release(lease, server -> {
            long now = System.nanoTime();
            switch (failure.kind) {
                case PART, FINAL -> server.well();
                case BUSY ->
                    wait[0] = server.busy(
                            now,
                            lease.started,
                            failure.after == null ? 0 : failure.after.toNanos(),
                            timeouts.whole().toNanos());
                case DOWN, AGAIN -> {
                    boolean before = server.out();
                    server.failed(now, lease.started);
                    lastFailure = failure;
                    lastFailed = server;
                    lastFailureAt = now;
                    // Warn the user: the search may stand still for minutes.
                    if (server.out() && !before)
                        NOTICES.log(
                                Level.WARNING,
                                "The endpoint " + Endpoint.shown(server.url) + " of " + model + " "
                                        + failure.getMessage() + "; Espalier retries it"
                                        + (servers.size() > 1
                                                ? " and uses the other servers meanwhile."
                                                : " for up to " + ResponseBody.words(timeouts.giveUp()) + "."));
                }
            }
        });
        return wait[0];
    }

    private void release(Lease lease, java.util.function.Consumer<Server> what) {
        lock.lock();
        try {
            what.accept(lease.server);
            boolean allOut = servers.stream().allMatch(Server::out);
            outSince = !allOut ? 0 : outSince == 0 ? System.nanoTime() : outSince;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private EspalierException error(Server server, Failure failure) {
        return error(model, server.url, failure);
    }

    public static EspalierException error(String model, URI url, Failure failure) {
        var advice = switch (failure.kind) {
            case DOWN -> "check the address and that the server runs";
            case AGAIN -> "look at the server's log and try again";
            case BUSY -> "try again later, or set a lower concurrency or requests_per_minute in the endpoint's file";
            case PART, FINAL -> "check the endpoint's file and the server's settings";
        };
        return new EspalierException(
                "The endpoint %s of %s %s; %s."
                        .formatted(
                                Endpoint.shown(url),
                                model,
                                failure.getMessage(),
                                failure.advice.isEmpty() ? advice : failure.advice),
                failure);
    }

    /// The number of requests in flight, over all servers.
    public int inFlight() {
        lock.lock();
        try {
            return servers.stream().mapToInt(Server::inFlight).sum();
        } finally {
            lock.unlock();
        }
    }
}
