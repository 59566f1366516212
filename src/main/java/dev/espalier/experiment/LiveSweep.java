package dev.espalier.experiment;

import dev.espalier.search.SearchControl;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// A sweep that is running. What it finished before a cancellation stays; [Workbench#sweep] with the same order goes on from there.
public final class LiveSweep {
    private final SweepOrder order;
    private final CompletableFuture<Outcome> done = new CompletableFuture<>();
    private final Set<SearchControl> running = ConcurrentHashMap.newKeySet();
    private volatile SweepProgress progress;
    private volatile boolean cancelled;

    LiveSweep(SweepOrder order, SweepProgress start) {
        this.order = order;
        this.progress = start;
    }

    public SweepOrder order() { return order; }

    /// The latest state; poll it.
    public SweepProgress progress() { return progress; }

    void progress(SweepProgress next) { progress = next; }

    public void cancel() {
        cancelled = true;
        running.forEach(SearchControl::cancel);
    }

    public boolean cancelled() { return cancelled; }

    void running(SearchControl control) {
        running.add(control);
        if (cancelled) control.cancel();
    }

    void over(SearchControl control) { running.remove(control); }

    /// Completes (never exceptionally) when the sweep is over or was cancelled.
    public CompletableFuture<Outcome> done() { return done; }
}
