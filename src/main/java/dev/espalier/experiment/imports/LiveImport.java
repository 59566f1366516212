package dev.espalier.experiment.imports;

import dev.espalier.experiment.run.Outcome;
import java.util.concurrent.CompletableFuture;

/// A running import. Searches imported before a cancellation stay; importing the file again adds the rest.
public final class LiveImport {
    private final ImportSpec spec;
    private final CompletableFuture<Outcome> done = new CompletableFuture<>();
    private volatile ImportReport report = ImportReport.START;
    private volatile boolean cancelled;

    public LiveImport(ImportSpec spec) {
        this.spec = spec;
    }

    public ImportSpec spec() {
        return spec;
    }

    /// The latest state; poll it.
    public ImportReport report() {
        return report;
    }

    void report(ImportReport next) {
        report = next;
    }

    public void cancel() {
        cancelled = true;
    }

    public boolean cancelled() {
        return cancelled;
    }

    /// Completes (never exceptionally) when the import is over or was cancelled.
    public CompletableFuture<Outcome> done() {
        return done;
    }
}
