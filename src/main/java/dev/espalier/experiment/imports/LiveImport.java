package dev.espalier.experiment.imports;

import dev.espalier.experiment.run.Outcome;
import java.util.concurrent.CompletableFuture;

/// An import that is running. What it brought before a cancellation stays; importing the file again brings the rest.
public final class LiveImport {
    private final ImportSpec order;
    private final CompletableFuture<Outcome> done = new CompletableFuture<>();
    private volatile ImportReport report = ImportReport.START;
    private volatile boolean cancelled;

    public LiveImport(ImportSpec order) {
        this.order = order;
    }

    public ImportSpec order() { return order; }

    /// The latest state; poll it.
    public ImportReport report() { return report; }

    void report(ImportReport next) { report = next; }

    public void cancel() { cancelled = true; }

    public boolean cancelled() { return cancelled; }

    /// Completes (never exceptionally) when the import is over or was cancelled.
    public CompletableFuture<Outcome> done() { return done; }
}
