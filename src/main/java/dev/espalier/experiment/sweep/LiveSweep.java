package dev.espalier.experiment.sweep;

import dev.espalier.experiment.run.Outcome;
import dev.espalier.search.SearchControl;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// A sweep that is running. Cancelling keeps what is finished; [Sweeps#start] with an equal spec resumes it.
public final class LiveSweep {
    private final SweepSpec order;
    private final CompletableFuture<Outcome> done = new CompletableFuture<>();
    private final Set<SearchControl> running = ConcurrentHashMap.newKeySet();
    private volatile SweepProgress progress;
    private final Set<Long> runs = ConcurrentHashMap.newKeySet();
    private volatile boolean cancelled;
    private volatile String trouble = "";

    public LiveSweep(SweepSpec order, SweepProgress start) {
        this.order = order;
        this.progress = start;
    }

    public SweepSpec order() { return order; }

    /// The latest state; poll it.
    public SweepProgress progress() { return progress; }

    void progress(SweepProgress next) { progress = next; }

    public void cancel() {
        cancelled = true;
        running.forEach(SearchControl::cancel);
    }

    public boolean cancelled() { return cancelled; }

    /// The runs that it works on.
    public Set<Long> runs() { return runs; }

    void works(long run) { runs.add(run); }

    /// Why nothing further of it can be kept, "" while it can.
    public String trouble() { return trouble; }

    /// Stops it: what it finds cannot be kept.
    public void trouble(String reason) {
        if (trouble.isEmpty()) trouble = reason;
        running.forEach(SearchControl::cancel);
    }

    public void running(SearchControl control) {
        running.add(control);
        if (cancelled || !trouble.isEmpty()) control.cancel();
    }

    public void over(SearchControl control) { running.remove(control); }

    /// Completes (never exceptionally) when the sweep is over or was cancelled.
    public CompletableFuture<Outcome> done() { return done; }
}
