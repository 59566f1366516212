package dev.espalier.engine.http;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.http.endpoint.ApiKey;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.wire.HttpTransport;
import dev.espalier.engine.http.wire.ServerPool;
import dev.espalier.engine.http.wire.Time;
import dev.espalier.model.ModelCard;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The servers of an endpoint, found by a probe, and the threads that send requests to them. Shared by policy and
/// reward model.
final class Connection implements AutoCloseable {
    /// Time limits of the questions at opening. A server that needs longer is asked again with the first request.
    private static final Duration OPENING = Duration.ofSeconds(10);

    /// Work on a thread, for a waiting caller.
    @FunctionalInterface
    interface Work {
        void run() throws InterruptedException;
    }

    final Endpoint endpoint;
    final HttpTransport transport;
    final ServerProbe probe;
    final RequestBuilder requests;
    final RepeatingServers repeating;
    final RefusedFields refused;
    final ServerPool pool;
    final Counts counts;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /// @throws EspalierException if no server answers, or if no server has the model
    Connection(Endpoint endpoint, ApiKey key, Time time) {
        this.endpoint = endpoint;
        transport = new HttpTransport(key, endpoint.timeouts(), time);
        try {
            probe = ServerProbe.of(endpoint, transport);
            var first = RequestBuilder.of(endpoint, probe);
            refused = new RefusedFields(endpoint.name(), first.api() == Endpoint.Api.TOKENS);
            repeating = new RepeatingServers(refused);
            requests = requests(first, key, time);
        } catch (RuntimeException | Error e) {
            transport.close();
            throw e;
        }
        pool = new ServerPool(endpoint, probe.urls(), transport::answered);
        counts = new Counts(endpoint.name());
    }

    /// Asks the servers of a chat for what they do not report: whether they render prompts, and whether they repeat
    /// the turn that they continue.
    private RequestBuilder requests(RequestBuilder chat, ApiKey key, Time time) {
        if (endpoint.kind() != ModelFolder.Kind.POLICY) return chat;
        boolean needsTemplate = chat.usesServerTemplate();
        if (chat.api() != Endpoint.Api.CHAT && !needsTemplate) return chat;
        var limits = new Endpoint.Timeouts(OPENING, OPENING, OPENING, 1, OPENING, OPENING);
        try (var brief = new HttpTransport(key, limits, time)) {
            if (ServerTemplate.isAvailable(chat, probe.urls(), brief)) return chat.withServerTemplate();
            if (needsTemplate)
                throw new EspalierException(
                        "The server of %s renders no prompts, so \"api\": \"completions\" needs \"chat\", the model's chat format, in its file; or set \"api\": \"chat\"."
                                .formatted(endpoint.name()));
            repeating.ask(chat, probe.urls(), brief);
            return chat;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EspalierException(
                    "The endpoint " + endpoint.name() + " was not opened: opening was interrupted.", e);
        }
    }

    /// The longest sequence in tokens, 0 if unknown.
    int context() {
        return endpoint.context() > 0 ? endpoint.context() : probe.context();
    }

    /// @param how     how requests are made, in a word
    /// @param prompts how problems become prompts, "" where that is said elsewhere
    ModelCard card(String how, String prompts) {
        long parameters = endpoint.parameters() > 0 ? endpoint.parameters() : probe.parameters();
        return new ModelCard(
                endpoint.name(),
                "",
                parameters,
                context(),
                "%s (%s, %s)".formatted(endpoint.where(), probe.server().word(), how),
                endpoint.separator(),
                endpoint.maxNewTokens(),
                prompts);
    }

    /// A new thread that runs the work, not started. Every exception becomes an [EspalierException] for the waiting
    /// caller.
    Thread thread(Work work, Consumer<EspalierException> failed) {
        return Thread.ofVirtual().name("endpoint " + endpoint.name()).unstarted(() -> {
            threads.add(Thread.currentThread());
            try {
                if (closed) throw closing();
                work.run();
            } catch (InterruptedException e) {
                failed.accept(closing());
            } catch (EspalierException e) {
                failed.accept(e);
            } catch (Throwable e) {
                failed.accept(broken(e));
                System.getLogger(Connection.class.getName())
                        .log(Level.ERROR, "a request to " + endpoint.name() + " ended", e);
            } finally {
                threads.remove(Thread.currentThread());
            }
        });
    }

    private EspalierException broken(Throwable e) {
        return new EspalierException(
                e instanceof OutOfMemoryError
                        ? "Java ran out of memory for an answer of the endpoint %s; start Espalier with more memory (java -Xmx), or set a lower concurrency in its file."
                                .formatted(endpoint.name())
                        : "The answer of the endpoint %s could not be read: an internal error, please report it with the log."
                                .formatted(endpoint.name()),
                e);
    }

    /// Makes a request. Cancelling the future closes its connection.
    <T> CompletableFuture<T> ask(ServerPool.Attempt<T> attempt) {
        var future = new CompletableFuture<T>();
        var thread = thread(() -> future.complete(pool.call(attempt)), future::completeExceptionally);
        var _ = future.whenComplete((_, _) -> {
            if (future.isCancelled()) thread.interrupt();
        });
        thread.start();
        return future;
    }

    EspalierException closing() {
        return new EspalierException("The endpoint " + endpoint.name() + " was closed; open it again.");
    }

    /// Cancels all requests in flight.
    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        transport.close();
    }
}
