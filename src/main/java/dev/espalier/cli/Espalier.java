package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.experiment.Workbench;
import dev.espalier.experiment.run.Version;
import dev.espalier.io.Home;
import dev.espalier.io.Notices;
import dev.espalier.io.PrivateFiles;
import dev.espalier.io.SafeText;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.logging.ConsoleHandler;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/// The command line. Runs the same experiments as the window.
@Command(
        name = "espalier",
        description = "A workbench for test-time compute. Without a command it opens the window.",
        mixinStandardHelpOptions = true,
        versionProvider = Espalier.VersionLine.class,
        subcommands = {
            RunCommand.class,
            SweepCommand.class,
            CurveCommand.class,
            CardCommand.class,
            RunsCommand.class,
            ShowCommand.class,
            ForkCommand.class,
            ReplayCommand.class,
            ImportCommand.class,
            GradeCommand.class,
            ModelsCommand.class,
            DevicesCommand.class,
            StrategiesCommand.class,
            BenchCommand.class,
            DemoCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:usage error", "130:cancelled"},
        footer = {
            "",
            "Examples:",
            "  espalier                                   opens the window",
            "  espalier --db project.db                   opens another database",
            "  espalier demo                              a small sweep with figures",
            "  espalier run \"What is $7 + 5$?\" -n 16      one search",
            "  espalier sweep --limit 50 --budgets 1,4,16 accuracy against budget"
        })
public final class Espalier implements Callable<Integer> {
    private static final System.Logger LOG = System.getLogger(Espalier.class.getName());
    // A strong reference: loggers and their handlers may be garbage-collected otherwise.
    private static final Logger NOTICES = Logger.getLogger(Notices.LOGGER);

    /// Opens the window.
    @FunctionalInterface
    public interface Opener {
        /// @return the exit code
        int open(Workbench.Settings settings);
    }

    @Option(
            names = "--db",
            paramLabel = "FILE",
            description = "Database of runs that the window shows (default: runs.db in your Espalier folder).")
    @Nullable
    Path db;

    @Option(
            names = "--models",
            paramLabel = "DIR",
            description = "Folder of model folders for the window (default: the sample models).")
    @Nullable
    Path models;

    @Option(
            names = "--problems",
            paramLabel = "FILE",
            description = "File of problems for the window; repeatable (default: the sample problems).")
    List<Path> problems = List.of();

    @Option(
            names = "--device",
            defaultValue = "auto",
            description = "auto, cpu, cuda or cuda:1, for the window (default: ${DEFAULT-VALUE}).")
    String device = "auto";

    @Option(
            names = "--gpu-memory",
            paramLabel = "MIB",
            defaultValue = "0",
            description = "Maximum GPU memory, in MiB, for the window (default: all).")
    long gpuMemory;

    @Option(
            names = "--kv-memory",
            paramLabel = "MIB",
            defaultValue = "0",
            description =
                    "Maximum memory for a policy's KV cache, in MiB, for the window (default: 2304 on a CPU; by its memory on a GPU).")
    long kvMemory;

    private final Opener opener;

    private Espalier(Opener opener) {
        this.opener = opener;
    }

    static final class VersionLine implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Espalier " + Version.NUMBER};
        }
    }

    @Override
    public Integer call() {
        return opener.open(new Workbench.Settings(
                db == null ? Home.database() : db,
                models == null ? Home.sampleModels() : models,
                problems.isEmpty() ? sampleProblems() : problems,
                CommonOptions.device(device, gpuMemory, kvMemory)));
    }

    /// The sample problem files. The test set comes first: the window shows the first file.
    private static List<Path> sampleProblems() {
        var folder = Home.sampleProblems();
        if (!Files.isDirectory(folder)) return List.of();
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted(Comparator.comparing((Path file) ->
                                    !file.getFileName().toString().equals("test.jsonl"))
                            .thenComparing(Path::toString))
                    .toList();
        } catch (IOException e) {
            throw new EspalierException(
                    "The sample problems in " + folder + " cannot be listed (" + e.getMessage() + ").", e);
        }
    }

    /// @return the exit code: 0 done, 1 failed, 2 usage error, 130 cancelled
    public static int execute(Opener opener, String... arguments) {
        try {
            return execute(opener, new PrintWriter(System.err, true, System.err.charset()), arguments);
        } catch (OutOfMemoryError full) {
            System.err.println("Java ran out of memory (" + full.getMessage()
                    + "). Start Espalier with a larger heap: java -Xmx.");
            return EspalierCommand.FAILED;
        }
    }

    private static int usageError(CommandLine line, String message) {
        line.getErr().println(SafeText.text(message));
        String command = line.getCommandName().equals("espalier") ? "" : line.getCommandName() + " ";
        line.getErr().println("Try 'espalier " + command + "--help'.");
        return EspalierCommand.USAGE_ERROR;
    }

    static int execute(Opener opener, PrintWriter err, String... arguments) {
        return new CommandLine(new Espalier(opener))
                .setErr(err)
                .setUsageHelpAutoWidth(true)
                // A folder may be called like a command: --models models.
                .setAllowSubcommandsAsOptionParameters(true)
                .setParameterExceptionHandler((wrong, _) -> {
                    int code = usageError(wrong.getCommandLine(), String.valueOf(wrong.getMessage()));
                    CommandLine.UnmatchedArgumentException.printSuggestions(
                            wrong, wrong.getCommandLine().getErr());
                    return code;
                })
                .setExecutionExceptionHandler((failure, line, _) -> {
                    var cause = failure instanceof CompletionException
                                    && failure.getCause() instanceof EspalierException refused
                            ? refused
                            : failure;
                    switch (cause) {
                        case UsageError wrong -> {
                            return usageError(line, String.valueOf(wrong.getMessage()));
                        }
                        case EspalierException refused -> {
                            LOG.log(Level.DEBUG, "refused", refused);
                            line.getErr().println(SafeText.text(refused.getMessage()));
                            return EspalierCommand.FAILED;
                        }
                        // The database is being closed; the user has been told.
                        case CancellationException _ -> {
                            return EspalierCommand.CANCELLED;
                        }
                        default -> {
                            LOG.log(Level.ERROR, "internal error", failure);
                            line.getErr()
                                    .println("An internal error occurred. Please report it with the log in "
                                            + Home.folder().resolve("logs") + ".");
                            return EspalierCommand.FAILED;
                        }
                    }
                })
                .execute(arguments);
    }

    /// Sends log records to a file in the Espalier folder, not between results and messages. The demonstration
    /// writes no log file; it shows warnings only.
    public static void log(boolean toFile) {
        var root = Logger.getLogger("");
        for (var handler : root.getHandlers()) root.removeHandler(handler);
        root.addHandler(toFile ? file() : warnings());
        if (!toFile) return;
        for (var handler : NOTICES.getHandlers()) NOTICES.removeHandler(handler);
        NOTICES.addHandler(plainMessages());
    }

    /// Shows messages without level and time, like a command's own.
    private static Handler plainMessages() {
        var console = new ConsoleHandler();
        console.setFormatter(new Formatter() {
            @Override
            public String format(LogRecord record) {
                return SafeText.text(record.getMessage()) + System.lineSeparator();
            }
        });
        return console;
    }

    private static Handler file() {
        try {
            var folder = PrivateFiles.folder(Home.privateFolder().resolve("logs"));
            var file = new FileHandler(folder.resolve("espalier-%u.log").toString(), 1_000_000, 1, true);
            file.setFormatter(new SimpleFormatter());
            restrict(folder);
            return file;
        } catch (IOException | EspalierException unwritable) {
            // Espalier works without a log file. If the data cannot be written either, the database reports
            // it.
            return warnings();
        }
    }

    /// Logs may contain questions and answers. Restricts existing files too: earlier versions left them readable.
    private static void restrict(Path folder) throws IOException {
        PrivateFiles.restrict(folder);
        try (var logs = Files.list(folder)) {
            for (var log : logs.toList()) PrivateFiles.restrict(log);
        }
    }

    private static Handler warnings() {
        var console = new ConsoleHandler();
        console.setLevel(java.util.logging.Level.WARNING);
        return console;
    }
}
