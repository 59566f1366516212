package dev.espalier.experiment;

import java.util.concurrent.CompletableFuture;

/// A sweep that is running. What it finished before a cancellation stays; [Workbench#sweep] with the same order goes on from there.
public final class LiveSweep {
    private final SweepOrder order;
    private final CompletableFuture<Outcome> done = new CompletableFuture<>();
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

    public void cancel() { cancelled = true; }

    public boolean cancelled() { return cancelled; }

    /// Completes (never exceptionally) when the sweep is over or was cancelled.
    public CompletableFuture<Outcome> done() { return done; }
}
