package dev.espalier.engine.onnx;

import dev.espalier.EspalierException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One thread that serves a queue of waiting requests for one model; the requests of all searches go into it.
///
/// @param <W> a waiting request
final class Scheduler<W> implements AutoCloseable {
    private final String model;
    private final Function<W, CompletableFuture<?>> future;
    private final Function<W, Object> asker;
    private final FairQueue<W> waiting = new FairQueue<>();
    private final Thread thread;
    private volatile @Nullable EspalierException closing;

    /// The queue as its thread sees it.
    final class Queue {
        /// The next request; waits for it. Null when the model is being closed.
        @Nullable W take() {
            try {
                return closed() ? null : waiting.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }

        /// The next request, null where none waits.
        @Nullable W poll() {
            return closed() ? null : waiting.poll();
        }

        boolean closed() {
            return closing != null;
        }

        EspalierException closing() {
            var reason = closing;
            return reason == null ? new EspalierException("The model " + model + " stopped; open it again.") : reason;
        }
    }

    /// @param asker on whose behalf a request waits: they are served in rounds
    /// @param work  runs on the thread until the queue is closed
    Scheduler(String model, Function<W, CompletableFuture<?>> future, Function<W, Object> asker, Consumer<Scheduler<W>.Queue> work) {
        this.model = model;
        this.future = future;
        this.asker = asker;
        // A platform thread: it spends its life in native code, where a virtual thread would hold its carrier.
        thread = Thread.ofPlatform().daemon().name("model " + model).unstarted(() -> run(work));
        thread.start();
    }

    private void run(Consumer<Scheduler<W>.Queue> work) {
        var queue = new Queue();
        try {
            work.accept(queue);
        } catch (RuntimeException | Error e) {
            System.getLogger(Scheduler.class.getName()).log(System.Logger.Level.ERROR, "the thread of the model " + model + " ended", e);
            closing = new EspalierException("The model " + model + " stopped after an internal error (" + e + "); open it again, the log says more.", e);
        }
        if (closing == null) closing = queue.closing();
        failWaiting();
    }

    /// Throws where the model is closed.
    void checkOpen() {
        var reason = closing;
        if (reason != null) throw reason;
    }

    /// Queues a request; fails it at once where the model is closed.
    void add(W request) {
        waiting.add(asker.apply(request), request);
        if (closing != null) failWaiting();
    }

    private void failWaiting() {
        var reason = closing;
        for (var request : waiting.drain()) if (reason != null) future.apply(request).completeExceptionally(reason);
        // The thread may still be about to wait.
        waiting.wake();
    }

    /// Fails what is waiting and in flight, and returns when the thread has ended.
    @Override
    public void close() {
        if (closing == null) closing = new EspalierException("The model " + model + " was closed; open it again to go on.");
        waiting.wake();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        failWaiting();
        if (interrupted) Thread.currentThread().interrupt();
    }
}
