package dev.espalier.engine.device;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The graph runs of one thread, which others can end: a graph may run for hours, and one with a loop in it for ever. ONNX Runtime leaves a run between two operators when
/// its run options say so (docs/decisions/0086).
///
/// The thread says what it works for; whoever takes that away calls [#check]. A run that nobody needs any more, begun or about to begin, ends with a [CancellationException].
public final class GraphRuns {
    private static final ScopedValue<GraphRuns> OF_THREAD = ScopedValue.newInstance();

    private BooleanSupplier unneeded = () -> false;
    /// Ends the run in progress; null between runs.
    private @Nullable Runnable terminate;
    private boolean terminated;

    /// Does work on this thread whose graph runs these are.
    public <T> T within(Supplier<T> work) {
        return ScopedValue.where(OF_THREAD, this).call(work::get);
    }

    /// What the thread does from now on is for somebody who may come to need it no more.
    ///
    /// @param condition is asked on any thread, and must not change back
    public synchronized void until(BooleanSupplier condition) {
        unneeded = condition;
    }

    /// Ends the run in progress where nobody needs it any more; to be called when that may have come to be so.
    public synchronized void check() {
        if (terminate == null || terminated || !unneeded.getAsBoolean()) return;
        terminated = true;
        terminate.run();
    }

    /// Runs a graph.
    ///
    /// @param terminate makes the run end soon; called from another thread while it runs, or before it begins
    public static <T> T run(Supplier<T> graph, Runnable terminate) {
        if (!OF_THREAD.isBound()) return graph.get();
        var runs = OF_THREAD.get();
        runs.begin(terminate);
        try {
            return graph.get();
        } catch (DeviceException e) {
            // Whatever the runtime says then.
            if (runs.terminated()) throw new CancellationException("the run was ended, since nobody needs it any more");
            throw e;
        } finally {
            runs.end();
        }
    }

    /// Waits for what other threads compute for this one, as long as somebody needs it.
    public static <T> T await(CompletableFuture<T> result) {
        return run(result::join, () -> result.cancel(true));
    }

    private synchronized void begin(Runnable terminate) {
        this.terminate = terminate;
        terminated = false;
        check();
    }

    private synchronized boolean terminated() {
        return terminated;
    }

    private synchronized void end() {
        terminate = null;
    }
}
