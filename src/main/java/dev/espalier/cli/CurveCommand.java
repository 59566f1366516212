package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.experiment.Workbench;
import dev.espalier.figure.CurveFigure;
import dev.espalier.figure.Png;
import dev.espalier.figure.Theme;
import dev.espalier.search.strategy.Method;
import dev.espalier.store.RunSummary;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "curve",
        description = "Prints accuracy against budget of stored runs.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  espalier curve                       the newest sweep",
            "  espalier curve 3 4 5 --png curve.png",
            "  espalier curve --sweep card --json"
        })
final class CurveCommand extends EspalierCommand {
    @Parameters(arity = "0..*", paramLabel = "RUN", description = "Run ids (default: the newest sweep).")
    List<Long> runs = List.of();

    @Option(names = "--sweep", paramLabel = "NAME", description = "All runs of the sweep of this name.")
    @Nullable
    String sweep;

    @Option(names = "--methods", split = ",", paramLabel = "METHOD", description = "Only these curves.")
    List<String> methods = List.of();

    @Option(
            names = "--budgets",
            split = ",",
            paramLabel = "N",
            description = "Budgets at which votes over a pool are computed (default: powers of two).")
    List<Integer> budgets = List.of();

    @Option(names = "--forks", description = "Includes forks, whose searches were changed by hand.")
    boolean forks;

    @Option(names = "--png", paramLabel = "FILE", description = "Also writes the figure to this file.")
    @Nullable
    Path png;

    @Override
    int run(Workbench workbench) {
        var selected = selected(workbench, runs, sweep);
        var curves = workbench
                .sweeps()
                .curves(selected, methods.stream().map(Method::of).toList(), budgets, forks, console::message);
        if (common.json) console.json(CurveDocument.json(curves));
        else console.print(CurveDocument.table(curves).toString());
        if (png != null) {
            Png.write(new CurveFigure(curves), png, 960, 600, 2, Theme.light());
            console.message("Wrote " + png + ".");
        }
        return DONE;
    }

    /// Returns the named runs, else those of the named sweep, else those of the newest sweep. Without a sweep, returns
    /// the newest run.
    static List<Long> selected(Workbench workbench, List<Long> named, @Nullable String sweep) {
        if (!named.isEmpty()) return named;
        var all = workbench.runs().list().stream()
                .filter(run -> run.run().fork() == null)
                .toList();
        if (all.isEmpty())
            throw new EspalierException("There are no runs in %s. Start with `espalier sweep`."
                    .formatted(workbench.settings().database()));
        var newest = all.stream()
                .map(RunSummary::run)
                .filter(run -> !run.sweep().isEmpty())
                .findFirst()
                .orElse(all.getFirst().run());
        var selected = all.stream()
                .filter(run -> sweep != null
                        ? run.run().sweep().startsWith(sweep + " #")
                        : newest.sweep().isEmpty()
                                ? run.run().id() == newest.id()
                                : run.run().sweep().equals(newest.sweep()))
                .map(RunSummary::run)
                .map(run -> run.id())
                .sorted()
                .toList();
        if (selected.isEmpty())
            throw new EspalierException("There is no sweep called \"%s\" in %s. `espalier runs` lists all."
                    .formatted(sweep, workbench.settings().database()));
        return selected;
    }
}
