package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.engine.Device;
import dev.espalier.experiment.Home;
import dev.espalier.experiment.Workbench;
import dev.espalier.problem.Problem;
import dev.espalier.problem.ProblemFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options that most commands share.
final class CommonOptions {
    @Option(names = "--db", paramLabel = "FILE", description = "Database of runs (default: runs.db in your Espalier folder; ESPALIER_HOME moves that folder).")
    @Nullable Path db;

    @Option(names = "--models", paramLabel = "DIR", description = "Folder of model folders (default: the sample models).")
    @Nullable Path models;

    @Option(names = "--device", defaultValue = "auto", description = "auto, cpu or cuda (default: ${DEFAULT-VALUE}, which is the CPU until the CUDA path has been measured).")
    String device = "auto";

    @Option(names = "--json", description = "One JSON document (or one object a line where results stream) on standard output; words go to standard error.")
    boolean json;

    Path database() {
        return db == null ? Home.database() : db;
    }

    Path modelFolder() {
        return models == null ? Home.sampleModels() : models;
    }

    Workbench open() {
        return Workbench.open(new Workbench.Settings(database(), modelFolder(), List.of(), device()));
    }

    private Device device() {
        return device(device);
    }

    static Device device(String device) {
        try {
            return Device.valueOf(device.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new WrongUsage("There is no device \"%s\". There are: auto, cpu, cuda.".formatted(device));
        }
    }

    static Path problems(@Nullable Path named) {
        return named == null ? Home.sampleProblems().resolve("test.jsonl") : named;
    }

    /// The problems of a file, thinned to a limit evenly over the file so that every level is in it.
    static List<Problem> problems(Path file, int limit, Console console) {
        var set = ProblemFile.read(file);
        set.warnings().forEach(console::say);
        if (limit < 0) throw new EspalierException("--limit must be at least 1, not " + limit + ".");
        return limit == 0 ? set.problems() : set.spread(limit);
    }
}
