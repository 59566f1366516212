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

/// The worker threads of one model and the queue that they serve, with the requests of all searches. Thread-safe.
///
/// @param <W> the type of a request
public final class Scheduler<W> implements AutoCloseable {
    private final String model;
    private final Function<W, CompletableFuture<?>> future;
    private final Function<W, Object> requester;
    private final FairQueue<W> waiting;
    private final List<Worker> workers;
    private final List<Thread> threads;
    private volatile @Nullable EspalierException closing;

    /// One of the worker threads. Its methods are for that thread.
    public final class Worker {
        private final int number;
        private final GraphRuns runs = new GraphRuns();

        private Worker(int number) {
            this.number = number;
        }

        /// Takes the next ready request for a worker that holds none; blocks until there is one. Returns null
        /// if the model is being closed.
        public @Nullable W take(Predicate<W> ready) {
            try {
                return closed() ? null : waiting.take(number, ready);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }

        /// Takes the next ready request; returns null if there is none for the worker.
        ///
        /// @param holds number of requests that the worker holds
        public @Nullable W poll(int holds, Predicate<W> ready) {
            return closed() ? null : waiting.poll(number, holds, ready);
        }

        /// Sets the requests that the worker serves from now on. Its graph runs are cancelled if all of them
        /// are done (cancelled, for example) or the model is closed.
        public void serving(List<? extends Future<?>> requests) {
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

    /// Starts the threads.
    ///
    /// @param workers number of threads
    /// @param minPerWorker  min requests per active worker, see [FairQueue]
    /// @param requester   returns the requester of a request; requesters are served round-robin
    /// @param work    runs on each thread until the scheduler is closed
    public Scheduler(
            String model,
            int workers,
            int minPerWorker,
            Function<W, CompletableFuture<?>> future,
            Function<W, Object> requester,
            Consumer<Scheduler<W>.Worker> work) {
        this.model = model;
        this.future = future;
        this.requester = requester;
        waiting = new FairQueue<>(workers, minPerWorker);
        // Platform threads, since they run native code, where a virtual thread would pin its carrier.
        var names = Thread.ofPlatform().daemon().name("model " + model + " ", 1);
        this.workers = IntStream.range(0, workers).mapToObj(Worker::new).toList();
        threads = this.workers.stream()
                .map(worker -> names.unstarted(() -> run(worker, work)))
                .toList();
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
            System.getLogger(Scheduler.class.getName())
                    .log(System.Logger.Level.ERROR, "a thread of the model " + model + " ended", e);
        }
        if (closing == null) closing = worker.closing();
        terminateCancelledRuns();
        failWaiting();
    }

    /// Terminates the graph runs whose requests are all done.
    private void terminateCancelledRuns() {
        workers.forEach(worker -> worker.runs.terminateIfCancelled());
    }

    private static String reason(Throwable e) {
        return switch (e) {
            case DeviceException device ->
                device.getMessage() + device.advice("").transform(advice -> advice.isEmpty() ? "" : "; " + advice);
            case OutOfMemoryError _ ->
                "Java ran out of memory; start Espalier with more (java -Xmx), or choose a smaller budget";
            default -> "an internal error (" + e + "); try again, the log says more";
        };
    }

    /// True if it was closed, or stopped after an error.
    public boolean stopped() {
        return closing != null;
    }

    /// @throws EspalierException if the model is closed or stopped
    public void checkOpen() {
        var reason = closing;
        if (reason != null) throw reason;
    }

    /// Queues a request. If the model is closed, the request fails immediately.
    public void add(W request) {
        var answer = future.apply(request);
        var _ = answer.whenComplete((_, _) -> {
            if (answer.isCancelled()) terminateCancelledRuns();
        });
        waiting.add(requester.apply(request), request);
        if (closing != null) failWaiting();
    }

    /// Wakes waiting workers, since requests may have become ready.
    public void readinessChanged() {
        waiting.readinessChanged();
    }

    private void failWaiting() {
        var reason = closing;
        for (var request : waiting.drain())
            if (reason != null) future.apply(request).completeExceptionally(reason);
        // Threads may be about to block.
        waiting.wake();
    }

    /// Fails waiting requests and requests in flight, terminates graph runs, and waits for the threads to end.
    @Override
    public void close() {
        if (closing == null)
            closing = new EspalierException("The model " + model + " was closed; open it again to go on.");
        terminateCancelledRuns();
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
