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

/// Several servers of one model. A request goes to the one with the least in flight; one that fails is asked again elsewhere, after a pause that
/// grows; a server that keeps failing is taken out and probed now and then. A request succeeds once, on one server.
public final class ServerPool {
    private static final System.Logger LOG = System.getLogger(ServerPool.class.getName());
    private static final System.Logger ALOUD = System.getLogger(Notices.LOGGER);
    private static final int LONGEST_PAUSE = 60;

    /// A request as made to one server.
    public @FunctionalInterface
    interface Attempt<T> {
        T on(URI url) throws Failure, InterruptedException;
    }

    private final String model;
    private final Endpoint.Timeouts timeouts;
    /// Whether the endpoint has ever answered.
    private final BooleanSupplier answered;
    private final List<Server> servers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /// Since when every server has been out; 0 while one is in.
    private long outSince;
    private @Nullable Failure lastFailure;
    private @Nullable Server lastFailed;
    private long lastFailureAt;

    /// @param urls     those of the endpoint's servers that have the model
    /// @param answered whether it has ever answered anything that is of use
    public ServerPool(Endpoint endpoint, List<URI> urls, BooleanSupplier answered) {
        this.answered = answered;
        model = endpoint.name();
        timeouts = endpoint.timeouts();
        long now = System.nanoTime();
        servers = urls.stream().map(url -> new Server(url, endpoint.limits(), timeouts.backOff(), now)).toList();
    }

    private record Lease(Server server, long started) {}

    /// What a request has met with so far.
    private final class Trials {
        private final long began = System.nanoTime();
        /// The servers that failed it; empty again when all have.
        private final Set<Server> failed = new HashSet<>();
        /// When all had, 0 while there is one left to try.
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
    /// @throws EspalierException where it cannot succeed or patience ends; the message names the server
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
                boolean hopeless = !answered.getAsBoolean() && now + wait - trials.began >= timeouts.first().whole().toNanos();
                if (hopeless && failure.kind != Failure.Kind.PART) throw error(lease.server, failure);
                if (failure.kind == Failure.Kind.PART) {
                    attempts = 0;
                    continue;
                }
                if (failure.kind == Failure.Kind.FINAL) throw error(lease.server, failure);
                if (failure.kind == Failure.Kind.BUSY) {
                    // It is well and says itself when: only the time for a whole request limits that.
                    if (busySince == 0) busySince = now;
                    if (now + wait - busySince > timeouts.whole().toNanos()) throw error(lease.server, failure);
                    continue;
                }
                // Where there is no connection nothing was tried: the time limit alone counts.
                if (failure.kind == Failure.Kind.AGAIN && ++attempts >= timeouts.attempts()) throw error(lease.server, failure);
                if (failure.kind == Failure.Kind.AGAIN) notBefore = now + pause(attempts);
                LOG.log(Level.DEBUG, "{0} {1}; asking again", Endpoint.shown(lease.server.url), failure.getMessage());
            } catch (InterruptedException | RuntimeException | Error e) {
                release(lease, Server::abandoned);
                throw e;
            }
        }
    }

    /// Half to the whole of the back-off, doubled for each attempt that failed.
    private long pause(int attempts) {
        long longest = timeouts.backOff().toNanos();
        long doubled = Math.min(longest * LONGEST_PAUSE, longest << Math.min(attempts - 1, 6));
        return doubled / 2 + (long) (ThreadLocalRandom.current().nextDouble() * (doubled / 2.0));
    }

    /// Waits for a server that may be asked.
    private Lease take(Trials trials, long notBefore) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                long now = System.nanoTime();
                long giveUp = giveUp(now, trials);
                long wait = notBefore - now;
                if (wait <= 0) {
                    var free = servers.stream().filter(server -> server.delay(now) == 0)
                        .min(Comparator.comparing(trials::had).thenComparing(Server::out).thenComparingInt(Server::inFlight));
                    if (free.isPresent()) {
                        free.get().take(now);
                        return new Lease(free.get(), now);
                    }
                    wait = servers.stream().mapToLong(server -> server.delay(now)).min().orElseThrow();
                }
                changed.awaitNanos(Math.min(wait, giveUp));
            }
        } finally {
            lock.unlock();
        }
    }

    /// How long there is still patience; throws where there is none.
    private long giveUp(long now, Trials trials) {
        long limit = timeouts.giveUp().toNanos();
        if (trials.everywhere != 0 && trials.last != null && trials.failure != null && now - trials.everywhere >= limit) throw error(trials.last, trials.failure);
        boolean over = outSince != 0 && now - outSince >= limit;
        // One that came later waits for the next probe: the server may be back.
        if (over && lastFailure != null && lastFailed != null && lastFailureAt - trials.began >= 0) throw error(lastFailed, lastFailure);
        long left = Long.MAX_VALUE;
        if (trials.everywhere != 0) left = Math.min(left, trials.everywhere + limit - now);
        if (outSince != 0 && !over) left = Math.min(left, outSince + limit - now);
        return left;
    }

    /// @return how long a busy server is left alone
    private long failed(Lease lease, Failure failure) {
        var wait = new long[1];
        release(lease, server -> {
            long now = System.nanoTime();
            switch (failure.kind) {
                case PART, FINAL -> server.well();
                case BUSY -> wait[0] = server.busy(now, lease.started, failure.after == null ? 0 : failure.after.toNanos(), timeouts.whole().toNanos());
                case DOWN, AGAIN -> {
                    boolean before = server.out();
                    server.failed(now, lease.started);
                    lastFailure = failure;
                    lastFailed = server;
                    lastFailureAt = now;
                    // Said aloud: what follows may be minutes in which nothing else happens.
                    if (server.out() && !before) ALOUD.log(Level.WARNING, "The endpoint " + Endpoint.shown(server.url) + " of " + model + " " + failure.getMessage() + "; Espalier asks it again now and then"
                        + (servers.size() > 1 ? ", and the other servers meanwhile." : ", for up to " + ResponseBody.words(timeouts.giveUp()) + "."));
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
        var todo = switch (failure.kind) {
            case DOWN -> "check the address and that the server runs";
            case AGAIN -> "look at the server's log and try again";
            case BUSY -> "try again later, or set a lower concurrency or requests_per_minute in the endpoint's file";
            case PART, FINAL -> "check the endpoint's file and the server's settings";
        };
        return new EspalierException("The endpoint %s of %s %s; %s.".formatted(Endpoint.shown(url), model, failure.getMessage(), failure.todo.isEmpty() ? todo : failure.todo), failure);
    }

    /// How many requests are in flight, over all servers.
    public int inFlight() {
        lock.lock();
        try {
            return servers.stream().mapToInt(Server::inFlight).sum();
        } finally {
            lock.unlock();
        }
    }
}
