package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.experiment.Home;
import dev.espalier.experiment.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.util.concurrent.CompletionException;
import java.util.logging.ConsoleHandler;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The command line: the same experiments as in the window.
@Command(name = "espalier", description = "A workbench for test-time compute. Without a command it opens the window.", mixinStandardHelpOptions = true,
    versionProvider = Espalier.VersionLine.class,
    subcommands = {RunCommand.class, SweepCommand.class, CurveCommand.class, CardCommand.class, RunsCommand.class, ModelsCommand.class, BenchCommand.class, DemoCommand.class},
    exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:done", "1:failed", "2:wrong usage", "130:cancelled"},
    footer = {"", "Examples:", "  espalier                                   opens the window", "  espalier demo                              a small sweep with pictures",
        "  espalier run \"What is $7 + 5$?\" -n 16      one search", "  espalier sweep --limit 50 --budgets 1,4,16 accuracy against budget"})
public final class Espalier implements Runnable {
    private static final System.Logger LOG = System.getLogger(Espalier.class.getName());

    @Spec @org.jspecify.annotations.Nullable CommandSpec spec;

    private Espalier() {}

    static final class VersionLine implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Espalier " + Version.NUMBER};
        }
    }

    @Override
    public void run() {
        throw new WrongUsage("Name a command: run, sweep, curve, card, runs, models, bench or demo.");
    }

    /// @return the exit code: 0 done, 1 failed, 2 wrong usage, 130 cancelled
    public static int execute(String... arguments) {
        return execute(new PrintWriter(System.err, true), arguments);
    }

    static int execute(PrintWriter err, String... arguments) {
        return new CommandLine(new Espalier()).setErr(err).setUsageHelpAutoWidth(true)
            .setExecutionExceptionHandler((failure, line, _) -> {
                var cause = failure instanceof CompletionException && failure.getCause() instanceof EspalierException refused ? refused : failure;
                switch (cause) {
                    case WrongUsage wrong -> {
                        line.getErr().println(wrong.getMessage());
                        line.getErr().println("Try 'espalier " + (line.getCommandName().equals("espalier") ? "" : line.getCommandName() + " ") + "--help'.");
                        return EspalierCommand.WRONG_USAGE;
                    }
                    case EspalierException refused -> {
                        LOG.log(Level.DEBUG, "refused", refused);
                        line.getErr().println(refused.getMessage());
                        return EspalierCommand.FAILED;
                    }
                    default -> {
                        LOG.log(Level.ERROR, "broken", failure);
                        line.getErr().println("Something went wrong that should not: " + failure + ". The log in " + Home.folder().resolve("logs") + " says more.");
                        return EspalierCommand.FAILED;
                    }
                }
            }).execute(arguments);
    }

    /// Log records go to a file beside a person's data, not between results and words. The demonstration writes nothing
    /// there: of it, only warnings are told.
    public static void log(boolean toFile) {
        var root = Logger.getLogger("");
        for (var handler : root.getHandlers()) root.removeHandler(handler);
        root.addHandler(toFile ? file() : warnings());
    }

    private static Handler file() {
        try {
            var folder = Files.createDirectories(Home.folder().resolve("logs"));
            var file = new FileHandler(folder.resolve("espalier-%u.log").toString(), 1_000_000, 1, true);
            file.setFormatter(new SimpleFormatter());
            return file;
        } catch (IOException | EspalierException unwritable) {
            // Without a log file Espalier still works; where the data cannot be written either, the database says so.
            return warnings();
        }
    }

    private static Handler warnings() {
        var console = new ConsoleHandler();
        console.setLevel(java.util.logging.Level.WARNING);
        return console;
    }
}
