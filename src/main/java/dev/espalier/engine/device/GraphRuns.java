package dev.espalier.engine.device;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Lets other threads cancel the graph runs of one thread. A graph may run for hours, and one with a loop forever. ONNX Runtime stops a run between two operators
/// when the terminate flag of its run options is set (docs/decisions/0086).
///
/// The thread sets a cancel condition with [#cancelWhen]. Whoever makes the condition true calls [#terminateIfCancelled]. A cancelled run, started or about to start, throws a
/// [CancellationException].
public final class GraphRuns {
    private static final ScopedValue<GraphRuns> OF_THREAD = ScopedValue.newInstance();

    private BooleanSupplier cancelled = () -> false;
    /// Terminates the run in progress; null between runs.
    private @Nullable Runnable terminate;
    private boolean terminated;

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
    /// @param terminate asks the run to stop soon; called from another thread while the graph runs, or before it starts
    /// @throws CancellationException if the run was cancelled
    public static <T> T run(Supplier<T> graph, Runnable terminate) {
        if (!OF_THREAD.isBound()) return graph.get();
        var runs = OF_THREAD.get();
        runs.begin(terminate);
        try {
            return graph.get();
        } catch (DeviceException e) {
            // The runtime's message for a terminated run varies.
            if (runs.terminated()) throw new CancellationException("the run was cancelled");
            throw e;
        } finally {
            runs.end();
        }
    }

    /// Waits for a result of other threads; cancels it if the thread's runs are cancelled.
    public static <T> T await(CompletableFuture<T> result) {
        return run(result::join, () -> result.cancel(true));
    }

    private synchronized void begin(Runnable terminate) {
        this.terminate = terminate;
        terminated = false;
        terminateIfCancelled();
    }

    private synchronized boolean terminated() {
        return terminated;
    }

    private synchronized void end() {
        terminate = null;
    }
}
