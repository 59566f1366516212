package dev.espalier.experiment;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.experiment.imports.Imports;
import dev.espalier.experiment.models.ModelLibrary;
import dev.espalier.experiment.run.Grading;
import dev.espalier.experiment.run.Runs;
import dev.espalier.experiment.run.Searches;
import dev.espalier.experiment.sweep.Sweeps;
import dev.espalier.io.Home;
import dev.espalier.store.RunStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Everything that the window and the command line work with, by subject. Owns the database, the opened models and the
/// running work.
public final class Workbench implements AutoCloseable {
    /// @param database     SQLite file, created if missing
    /// @param models       folder of model folders
    /// @param problemFiles files to read at the start; an unreadable one becomes a warning
    /// @param device       the device to run models on
    /// @param endpoints    folder of the user's own endpoints
    public record Settings(Path database, Path models, List<Path> problemFiles, DeviceChoice device, Path endpoints) {
        public Settings {
            problemFiles = List.copyOf(problemFiles);
        }

        public Settings(Path database, Path models, List<Path> problemFiles, DeviceChoice device) {
            this(database, models, problemFiles, device, Home.endpoints());
        }

        public Settings(Path database, Path models, List<Path> problemFiles) {
            this(database, models, problemFiles, DeviceChoice.of(Device.AUTO));
        }
    }

    private final Settings settings;
    private final RunStore store;
    private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
    private final ModelLibrary models;
    private final ProblemSets problems;
    private final Grading grading;
    private final Runs runs;
    private final Searches searches;
    private final Sweeps sweeps;
    private final Imports imports;

    private Workbench(Settings settings) {
        this.settings = settings;
        models = new ModelLibrary(
                settings.models(),
                settings.endpoints(),
                settings.device().withLibraries(Home.runtimes()).withChecks(Home.checks()));
        store = RunStore.open(settings.database());
        problems = new ProblemSets(settings.problemFiles());
        grading = new Grading(store);
        runs = new Runs(store, grading);
        searches = new Searches(store, models, background);
        sweeps = new Sweeps(store, models, grading, runs, background);
        imports = new Imports(store, background);
        store.onLost(this::lost);
        store.onFailure(reason -> lost(0, reason));
    }

    /// @throws EspalierException if the database cannot be used; it stays untouched
    public static Workbench open(Settings settings) {
        return new Workbench(settings);
    }

    /// Stops all work on a run whose results cannot be kept; the store refuses them with the reason.
    ///
    /// @param run 0 for all
    private void lost(long run, EspalierException reason) {
        sweeps.stop(run, reason.getMessage());
        searches.stop(run);
        if (run == 0) imports.cancelAll();
    }

    public Settings settings() {
        return settings;
    }

    public ModelLibrary models() {
        return models;
    }

    public ProblemSets problems() {
        return problems;
    }

    public Searches searches() {
        return searches;
    }

    public Sweeps sweeps() {
        return sweeps;
    }

    public Imports imports() {
        return imports;
    }

    public Runs runs() {
        return runs;
    }

    public Grading grading() {
        return grading;
    }

    /// Cancels running work, which can be resumed; writes waiting events; closes models and database.
    @Override
    public void close() {
        models.stopOpening();
        searches.stop(0);
        sweeps.cancelAll();
        imports.cancelAll();
        background.close();
        models.close();
        store.close();
    }
}
