package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.experiment.Workbench;
import dev.espalier.io.Home;
import dev.espalier.problem.Problem;
import dev.espalier.problem.ProblemFile;
import dev.espalier.task.Tasks;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options that most commands share.
final class CommonOptions {
    @Option(
            names = "--db",
            paramLabel = "FILE",
            description =
                    "Database of runs (default: runs.db in your Espalier folder; ESPALIER_HOME moves that folder).")
    @Nullable
    Path db;

    @Option(
            names = "--models",
            paramLabel = "DIR",
            description = "Folder of model folders (default: the sample models).")
    @Nullable
    Path models;

    @Option(
            names = "--device",
            defaultValue = "auto",
            description =
                    "auto, cpu, cuda or cuda:1 (default: ${DEFAULT-VALUE}: CUDA if Espalier has an ONNX Runtime with CUDA, else the CPU; see `espalier devices`).")
    String device = "auto";

    @Option(
            names = "--gpu-memory",
            paramLabel = "MIB",
            defaultValue = "0",
            description = "Maximum GPU memory, in MiB (default: all).")
    long gpuMemory;

    @Option(
            names = "--kv-memory",
            paramLabel = "MIB",
            defaultValue = "0",
            description =
                    "Maximum memory for a policy's KV cache (rows in flight and tree nodes), in MiB (default: 2304 on a CPU; by its memory on a GPU).")
    long kvMemory;

    @Option(
            names = "--json",
            description =
                    "Prints JSON on standard output (one document, or one object per line while results stream); messages go to standard error.")
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

    DeviceChoice device() {
        return device(device, gpuMemory, kvMemory)
                .withLibraries(Home.runtimes())
                .withChecks(Home.checks());
    }

    /// @param gpuMemory,kvMemory limits in MiB; 0 for the default
    static DeviceChoice device(String device, long gpuMemory, long kvMemory) {
        try {
            return DeviceChoice.parse(device)
                    .withMemoryLimit(bytes(gpuMemory, "--gpu-memory"))
                    .withKvMemory(bytes(kvMemory, "--kv-memory"));
        } catch (EspalierException e) {
            throw new UsageError(e.getMessage());
        }
    }

    private static long bytes(long mebibytes, String option) {
        if (Math.abs(mebibytes) > Long.MAX_VALUE >> 20)
            throw new UsageError("%s is in MiB; %d MiB is more than any machine has.".formatted(option, mebibytes));
        return mebibytes << 20;
    }

    static Path problems(@Nullable Path named) {
        return named == null ? Home.sampleProblems().resolve("test.jsonl") : named;
    }

    /// The name of a problem file in the list of runs.
    static String set(Path file) {
        return ProblemFile.name(file);
    }

    /// Reads problems. A limit above 0 selects that many at even distances, so that every level is represented.
    static List<Problem> problems(Path file, int limit, Console console) {
        var set = ProblemFile.read(file);
        set.warnings().forEach(console::message);
        Tasks.guessed(set.problems()).ifPresent(console::message);
        if (limit < 0) throw new EspalierException("--limit must be at least 1, not " + limit + ".");
        return limit == 0 ? set.problems() : set.spread(limit);
    }
}
