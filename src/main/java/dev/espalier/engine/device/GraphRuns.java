package dev.espalier.engine.device;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Lets other threads cancel the graph runs of one thread. A graph may run for hours, and one with a loop forever. ONNX
/// Runtime stops a run between two operators when the terminate flag of its run options is set (docs/decisions/0086).
///
/// The thread sets a cancel condition with [#cancelWhen]. Whoever makes the condition true calls
/// [#terminateIfCancelled]. A cancelled run, started or about to start, throws a [CancellationException].
public final class GraphRuns {
    private static final ScopedValue<GraphRuns> OF_THREAD = ScopedValue.newInstance();
    private static final ScopedValue<Limit> LIMIT = ScopedValue.newInstance();

    private record Limit(Duration time, Supplier<DeviceException> late) {}

    private BooleanSupplier cancelled = () -> false;
    /// Terminates the run in progress; null between runs.
    private @Nullable Runnable terminate;
    private boolean terminated;
    /// Why the run in progress is terminated; null if it was cancelled.
    private @Nullable Supplier<DeviceException> late;

    /// Executes work on the calling thread. All graph runs of that work belong to this object.
    public <T> T within(Supplier<T> work) {
        return ScopedValue.where(OF_THREAD, this).call(work::get);
    }

    /// Sets the condition that cancels the thread's runs from now on.
    ///
    /// @param condition evaluated on any thread; once true, it must stay true
    public synchronized void cancelWhen(BooleanSupplier condition) {
        cancelled = condition;
    }

    /// Terminates the run in progress if the condition is true. Call it when the condition may have become true.
    public synchronized void terminateIfCancelled() {
        if (terminate == null || terminated || !cancelled.getAsBoolean()) return;
        terminated = true;
        terminate.run();
    }

    /// Runs a graph.
    ///
    /// @param terminate asks the run to stop soon; called from another thread while the graph runs, or before it
    ///                  starts
    /// @throws CancellationException if the run was cancelled
    public static <T> T run(Supplier<T> graph, Runnable terminate) {
        if (!OF_THREAD.isBound() && !LIMIT.isBound()) return graph.get();
        var runs = OF_THREAD.isBound() ? OF_THREAD.get() : new GraphRuns();
        runs.begin(terminate);
        var alarm = LIMIT.isBound() ? runs.alarm(LIMIT.get()) : null;
        try {
            return graph.get();
        } catch (DeviceException e) {
            // The runtime's message for a terminated run varies.
            if (runs.terminated()) throw runs.reason();
            throw e;
        } finally {
            runs.end();
            if (alarm != null) alarm.cancel(false);
        }
    }

    /// Executes work whose graph runs may each take a limited time. A run that takes longer is terminated.
    ///
    /// @param late creates the exception for a run that took too long
    public static <T> T limited(Duration time, Supplier<T> work, Supplier<DeviceException> late) {
        return ScopedValue.where(LIMIT, new Limit(time, late)).call(work::get);
    }

    private Future<?> alarm(Limit limit) {
        var terminate = this.terminate;
        return CompletableFuture.runAsync(
                () -> late(terminate, limit.late),
                CompletableFuture.delayedExecutor(limit.time.toNanos(), TimeUnit.NANOSECONDS));
    }

    /// @param of the run to terminate, which may be over
    private synchronized void late(@Nullable Runnable of, Supplier<DeviceException> reason) {
        if (terminate == null || terminate != of || terminated) return;
        terminated = true;
        late = reason;
        terminate.run();
    }

    private synchronized RuntimeException reason() {
        return late == null ? new CancellationException("the run was cancelled") : late.get();
    }

    /// Waits for a result of other threads; cancels it if the thread's runs are cancelled.
    public static <T> T await(CompletableFuture<T> result) {
        return run(result::join, () -> result.cancel(true));
    }

    private synchronized void begin(Runnable terminate) {
        this.terminate = terminate;
        terminated = false;
        late = null;
        terminateIfCancelled();
    }

    private synchronized boolean terminated() {
        return terminated;
    }

    private synchronized void end() {
        terminate = null;
    }
}
