package dev.espalier.engine.device;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The graph runs of one thread, which others can end: a graph may run for hours, and one with a loop in it for ever. ONNX Runtime leaves a run between two operators when
/// its run options say so (docs/decisions/0086).
///
/// The thread says what it works for; whoever takes that away calls [#check]. A run that nobody needs any more, begun or about to begin, ends with a [CancellationException].
public final class GraphRuns {
    private static final ScopedValue<GraphRuns> OF_THREAD = ScopedValue.newInstance();
    private static final ScopedValue<Limit> LIMIT = ScopedValue.newInstance();

    private record Limit(Duration time, Supplier<DeviceException> late) {}

    private BooleanSupplier unneeded = () -> false;
    /// Ends the run in progress; null between runs.
    private @Nullable Runnable terminate;
    private boolean terminated;
    /// Why the run in progress was ended, null where nobody needs it any more.
    private @Nullable Supplier<DeviceException> late;

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
        if (!OF_THREAD.isBound() && !LIMIT.isBound()) return graph.get();
        var runs = OF_THREAD.isBound() ? OF_THREAD.get() : new GraphRuns();
        runs.begin(terminate);
        var alarm = LIMIT.isBound() ? runs.alarm(LIMIT.get()) : null;
        try {
            return graph.get();
        } catch (DeviceException e) {
            // Whatever the runtime says then.
            if (runs.terminated()) throw runs.reason();
            throw e;
        } finally {
            runs.end();
            if (alarm != null) alarm.cancel(false);
        }
    }

    /// Does work whose graph runs may each take no longer than a time; one that does is ended like one that nobody needs.
    ///
    /// @param late makes what is thrown then
    public static <T> T limited(Duration time, Supplier<T> work, Supplier<DeviceException> late) {
        return ScopedValue.where(LIMIT, new Limit(time, late)).call(work::get);
    }

    private Future<?> alarm(Limit limit) {
        var terminate = this.terminate;
        return CompletableFuture.runAsync(() -> late(terminate, limit.late), CompletableFuture.delayedExecutor(limit.time.toNanos(), TimeUnit.NANOSECONDS));
    }

    /// @param of the run that was to end, which may have ended
    private synchronized void late(@Nullable Runnable of, Supplier<DeviceException> reason) {
        if (terminate == null || terminate != of || terminated) return;
        terminated = true;
        late = reason;
        terminate.run();
    }

    private synchronized RuntimeException reason() {
        return late == null ? new CancellationException("the run was ended, since nobody needs it any more") : late.get();
    }

    /// Waits for what other threads compute for this one, as long as somebody needs it.
    public static <T> T await(CompletableFuture<T> result) {
        return run(result::join, () -> result.cancel(true));
    }

    private synchronized void begin(Runnable terminate) {
        this.terminate = terminate;
        terminated = false;
        late = null;
        check();
    }

    private synchronized boolean terminated() {
        return terminated;
    }

    private synchronized void end() {
        terminate = null;
    }
}
