package dev.espalier.experiment.sweep;

import dev.espalier.experiment.run.Outcome;
import dev.espalier.search.SearchControl;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// A running sweep. Cancelling keeps finished searches; [Sweeps#start] with an equal spec resumes it.
public final class LiveSweep {
    private final SweepSpec spec;
    private final CompletableFuture<Outcome> done = new CompletableFuture<>();
    private final Set<SearchControl> running = ConcurrentHashMap.newKeySet();
    private volatile SweepProgress progress;
    private final Set<Long> runs = ConcurrentHashMap.newKeySet();
    private volatile boolean cancelled;
    private volatile String stopReason = "";

    public LiveSweep(SweepSpec spec, SweepProgress start) {
        this.spec = spec;
        this.progress = start;
    }

    public SweepSpec spec() {
        return spec;
    }

    /// The latest state; poll it.
    public SweepProgress progress() {
        return progress;
    }

    void progress(SweepProgress next) {
        progress = next;
    }

    public void cancel() {
        cancelled = true;
        running.forEach(SearchControl::cancel);
    }

    public boolean cancelled() {
        return cancelled;
    }

    /// The ids of its runs.
    public Set<Long> runs() {
        return runs;
    }

    void works(long run) {
        runs.add(run);
    }

    /// Why the sweep stopped because its results cannot be stored; "" if it has not.
    public String stopReason() {
        return stopReason;
    }

    /// Stops the sweep because its results cannot be stored.
    public void stop(String reason) {
        if (stopReason.isEmpty()) stopReason = reason;
        running.forEach(SearchControl::cancel);
    }

    public void running(SearchControl control) {
        running.add(control);
        if (cancelled || !stopReason.isEmpty()) control.cancel();
    }

    public void over(SearchControl control) {
        running.remove(control);
    }

    /// Completes (never exceptionally) when the sweep is over or was cancelled.
    public CompletableFuture<Outcome> done() {
        return done;
    }
}
