package dev.espalier.experiment.imports;

import dev.espalier.experiment.run.Outcome;
import dev.espalier.store.ImportedLine;
import dev.espalier.store.RunStore;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The imports of other programs' outputs. Thread-safe.
public final class Imports {
    private final RunStore store;
    private final Executor background;
    private final Set<LiveImport> running = ConcurrentHashMap.newKeySet();

    public Imports(RunStore store, Executor background) {
        this.store = store;
        this.background = background;
    }

    /// Imports a file of another program's outputs as finished runs, in the background.
    ///
    /// @throws dev.espalier.EspalierException if the file cannot be read or the spec contradicts itself
    public LiveImport start(ImportSpec spec) {
        ImportRunner.check(spec);
        var live = new LiveImport(spec);
        running.add(live);
        background.execute(() -> live.done()
                .complete(Outcome.of(() -> new ImportRunner(store, spec, live).run(), () -> running.remove(live))));
        return live;
    }

    /// The line from which a search was imported, null for one that was run here.
    public @Nullable ImportedLine line(long search) {
        return store.imported(search);
    }

    public void cancelAll() {
        running.forEach(LiveImport::cancel);
    }
}
