package dev.espalier.cli;

import dev.espalier.analysis.RowProblems;
import dev.espalier.experiment.Workbench;
import dev.espalier.experiment.run.MissingGold;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.sweep.LiveSweep;
import dev.espalier.experiment.sweep.SweepSpec;
import dev.espalier.search.log.Mode;
import dev.espalier.search.strategy.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "sweep",
        description =
                "Runs methods × budgets × problems × seeds and prints accuracy against budget. Run the same command again to resume.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  espalier sweep --limit 50 --budgets 1,4,16",
            "  espalier sweep --methods majority,weighted,dvts --budgets 4,16,64 --seeds 3 --json > curves.json"
        })
final class SweepCommand extends EspalierCommand {
    @Option(
            names = "--name",
            defaultValue = "sweep",
            description = "Name in the list of runs (default: ${DEFAULT-VALUE}).")
    String name = "sweep";

    @Option(
            names = "--problems",
            paramLabel = "FILE",
            description =
                    "File of problems: JSON lines, JSON, CSV, TSV or Parquet; docs/files.md lists the fields (default: the sample test set).")
    @Nullable
    Path problems;

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "0",
            description = "Maximum number of problems, spread evenly over the file (default: all).")
    int limit;

    @Option(
            names = {"--methods", "--strategies"},
            split = ",",
            paramLabel = "METHOD",
            completionCandidates = MethodWords.class,
            description = "Curves: ${COMPLETION-CANDIDATES} (default: the first six).")
    List<String> methods = List.of();

    @Option(
            names = {"-n", "--budgets"},
            split = ",",
            paramLabel = "N",
            defaultValue = "1,4,16",
            description =
                    "Budgets (default: ${DEFAULT-VALUE}). Strategies with a beam width M run only at multiples of M.")
    List<Integer> budgets = List.of();

    @Option(
            names = {"-m", "--beam-width"},
            paramLabel = "M",
            defaultValue = "4",
            description = "Continuations per kept beam (default: ${DEFAULT-VALUE}).")
    int m;

    @Option(names = "--seed", defaultValue = "0", description = "First seed (default: ${DEFAULT-VALUE}).")
    long seed;

    @Option(
            names = "--seeds",
            paramLabel = "COUNT",
            defaultValue = "1",
            description = "Number of seeds (default: ${DEFAULT-VALUE}).")
    int seeds;

    @Mixin
    ModelOptions models = new ModelOptions();

    /// The values of --methods for help and completion.
    static final class MethodWords extends ArrayList<String> {
        MethodWords() {
            super(Method.words());
        }
    }

    @Override
    int run(Workbench workbench) throws InterruptedException {
        var file = CommonOptions.problems(problems);
        var policy = models.policy(workbench);
        var plainText = workbench.models().plainTextNote(policy);
        if (!plainText.isEmpty()) console.message(plainText);
        var selected = CommonOptions.problems(file, limit, console);
        var order = new SweepSpec(
                name,
                CommonOptions.set(file),
                selected,
                policy,
                models.prm(workbench),
                methods.isEmpty() ? Method.words(Method.DEFAULTS) : methods,
                budgets,
                m,
                models.generation(workbench, policy, selected),
                models.reduction(),
                LongStream.range(seed, seed + Math.max(1, seeds)).boxed().toList());
        var sweep = workbench.sweeps().start(order);
        var outcome = await(sweep, console);
        var progress = sweep.progress();
        if (common.json) console.json(CurveDocument.json(progress.curves()));
        else console.print(CurveDocument.table(progress.curves()).toString());
        MissingGold.of(selected, Mode.STANDARD).sentence().ifPresent(console::message);
        RowProblems.sentences(progress.curves()).forEach(console::message);
        if (progress.failed() > 0)
            console.message(progress.failed() + " searches failed; `espalier runs` lists them with the reasons.");
        return switch (outcome.end()) {
            case FINISHED -> progress.failed() > 0 ? FAILED : DONE;
            case CANCELLED -> CANCELLED;
            case FAILED -> {
                console.message(outcome.message());
                yield FAILED;
            }
        };
    }

    static Outcome await(LiveSweep sweep, Console console) throws InterruptedException {
        while (true) {
            try {
                var outcome = sweep.done().get(250, TimeUnit.MILLISECONDS);
                show(sweep, console);
                return outcome;
            } catch (TimeoutException stillRunning) {
                show(sweep, console);
            } catch (java.util.concurrent.ExecutionException impossible) {
                throw new IllegalStateException("a sweep ends with an outcome", impossible);
            }
        }
    }

    private static void show(LiveSweep sweep, Console console) {
        var progress = sweep.progress();
        console.progress(
                progress.done(),
                progress.total(),
                "searches, %.0f tokens/s, %s left"
                        .formatted(progress.tokensPerSecond(), Console.seconds(progress.secondsLeft())));
    }
}
