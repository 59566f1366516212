package dev.espalier.engine.onnx.queue;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.GraphRuns;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The threads that serve a queue of waiting requests for one model; the requests of all searches go into it.
///
/// @param <W> a waiting request
public final class Scheduler<W> implements AutoCloseable {
    private final String model;
    private final Function<W, CompletableFuture<?>> future;
    private final Function<W, Object> asker;
    private final FairQueue<W> waiting;
    private final List<Worker> workers;
    private final List<Thread> threads;
    private volatile @Nullable EspalierException closing;

    /// One of the threads, and the queue as it sees it.
    public final class Worker {
        private final int number;
        private final GraphRuns runs = new GraphRuns();

        private Worker(int number) {
            this.number = number;
        }

        /// The next request that is ready, for a worker with nothing in hand; waits for it. Null when the model is being closed.
        public @Nullable W take(Predicate<W> ready) {
            try {
                return closed() ? null : waiting.take(number, ready);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }

        /// The next request that is ready, null where the worker is to go on with what it has.
        ///
        /// @param holds how many requests that is
        public @Nullable W poll(int holds, Predicate<W> ready) {
            return closed() ? null : waiting.poll(number, holds, ready);
        }

        /// What the worker does from now on is for these requests: its graph runs end where all of them are done, cancelled for example, or the model is closed.
        public void serves(List<? extends Future<?>> requests) {
            runs.cancelWhen(() -> closed() || requests.stream().allMatch(Future::isDone));
        }

        public boolean closed() {
            return closing != null;
        }

        public EspalierException closing() {
            var reason = closing;
            return reason == null ? new EspalierException("The model " + model + " stopped; open it again.") : reason;
        }
    }

    /// @param workers how many threads
    /// @param enough  requests for one of them, see [FairQueue]
    /// @param asker   on whose behalf a request waits: they are served in rounds
    /// @param work    runs on each thread until the queue is closed
    public Scheduler(String model, int workers, int enough, Function<W, CompletableFuture<?>> future, Function<W, Object> asker, Consumer<Scheduler<W>.Worker> work) {
        this.model = model;
        this.future = future;
        this.asker = asker;
        waiting = new FairQueue<>(workers, enough);
        // Platform threads: they spend their lives in native code, where a virtual thread would hold its carrier.
        var names = Thread.ofPlatform().daemon().name("model " + model + " ", 1);
        this.workers = IntStream.range(0, workers).mapToObj(Worker::new).toList();
        threads = this.workers.stream().map(worker -> names.unstarted(() -> run(worker, work))).toList();
        threads.forEach(Thread::start);
    }

    private void run(Worker worker, Consumer<Scheduler<W>.Worker> work) {
        try {
            worker.runs.within(() -> {
                work.accept(worker);
                return null;
            });
        } catch (Throwable e) {
            closing = new EspalierException("The model " + model + " stopped: " + reason(e) + ".", e);
            failWaiting();
            System.getLogger(Scheduler.class.getName()).log(System.Logger.Level.ERROR, "a thread of the model " + model + " ended", e);
        }
        if (closing == null) closing = worker.closing();
        checkRuns();
        failWaiting();
    }

    /// Ends the graph runs that nobody needs any more.
    private void checkRuns() {
        workers.forEach(worker -> worker.runs.terminateIfCancelled());
    }

    private static String reason(Throwable e) {
        return switch (e) {
            case DeviceException device -> device.getMessage() + device.advice("").transform(advice -> advice.isEmpty() ? "" : "; " + advice);
            case OutOfMemoryError _ -> "Java's memory did not suffice; start Espalier with more (java -Xmx), or choose a smaller budget";
            default -> "an internal error (" + e + "); try again, the log says more";
        };
    }

    /// Whether it was closed, or ended by itself.
    public boolean stopped() {
        return closing != null;
    }

    /// Throws where the model is closed.
    public void checkOpen() {
        var reason = closing;
        if (reason != null) throw reason;
    }

    /// Queues a request; fails it at once where the model is closed.
    public void add(W request) {
        var answer = future.apply(request);
        var _ = answer.whenComplete((_, _) -> {
            if (answer.isCancelled()) checkRuns();
        });
        waiting.add(asker.apply(request), request);
        if (closing != null) failWaiting();
    }

    /// Says that requests may have become ready.
    public void changed() {
        waiting.changed();
    }

    private void failWaiting() {
        var reason = closing;
        for (var request : waiting.drain()) if (reason != null) future.apply(request).completeExceptionally(reason);
        // Threads may still be about to wait.
        waiting.wake();
    }

    /// Fails what is waiting and in flight, ends the graph runs, and returns when the threads have ended.
    @Override
    public void close() {
        if (closing == null) closing = new EspalierException("The model " + model + " was closed; open it again to go on.");
        checkRuns();
        waiting.wake();
        boolean interrupted = false;
        for (var thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        failWaiting();
        if (interrupted) Thread.currentThread().interrupt();
    }
}
