package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.Peak;
import dev.espalier.engine.onnx.decode.KernelClock;
import dev.espalier.experiment.Workbench;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.run.SearchOrder;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.strategy.Strategies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "search", mixinStandardHelpOptions = true,
    description = "Measures searches end to end, including storage, and the share of time in which a model kernel runs; one search after another, or all together.",
    footer = {"", "Examples:", "  espalier bench search -n 64 --json", "  espalier bench search --strategy best-of-n -n 4 --limit 64 --at-once one,all --repetitions 5"})
final class BenchSearchCommand extends EspalierCommand {
    @Option(names = "--strategy", paramLabel = "NAME", defaultValue = "beam-search", description = "Which (default: ${DEFAULT-VALUE}).")
    String strategy = "beam-search";

    @Option(names = {"-n", "--n"}, paramLabel = "N", defaultValue = "64", description = "Budget (default: ${DEFAULT-VALUE}).")
    int budget;

    @Option(names = {"-m", "--beam-width"}, paramLabel = "M", defaultValue = "4", description = "Continuations per kept beam, where the strategy has beams (default: ${DEFAULT-VALUE}).")
    int width;

    @Option(names = "--limit", paramLabel = "COUNT", defaultValue = "5", description = "Problems, spread over the file (default: ${DEFAULT-VALUE}).")
    int limit;

    @Option(names = "--at-once", paramLabel = "ONE|ALL", split = ",", defaultValue = "one", description = "one search after another, all problems' at once, or both by turns to compare them (default: ${DEFAULT-VALUE}).")
    List<String> atOnce = List.of();

    @Option(names = "--repetitions", paramLabel = "COUNT", defaultValue = "1", description = "Repetitions; the median is reported (default: ${DEFAULT-VALUE}).")
    int repetitions;

    @Option(names = "--problems", paramLabel = "FILE", description = "JSONL of problems (default: the sample test set).")
    @Nullable Path problems;

    @Option(names = "--warm-up", paramLabel = "SECONDS", defaultValue = "3",
        description = "Time for warm-up searches, at least one: Java compiles what runs often (default: ${DEFAULT-VALUE}).")
    double warmUp;

    @Mixin ModelOptions models = new ModelOptions();

    private enum AtOnce { ONE, ALL }

    /// @param each the kernels' seconds, each counted for itself
    private record Figures(long tokens, double seconds, double kernels, double each) {
        double tokensPerSecond() {
            return tokens / seconds;
        }
    }

    @Override
    int run(Workbench workbench) {
        var ways = atOnce.stream().map(BenchSearchCommand::way).toList();
        // The first one is for warming up.
        var set = CommonOptions.problems(CommonOptions.problems(problems), Math.max(1, limit) + 1, console);
        var measured = set.size() == 1 ? set : set.subList(1, set.size());
        var policy = models.policy(workbench);
        boolean beams = Strategies.entry(strategy, Mode.STANDARD).has("M");
        var parameters = Parameters.of(beams ? Map.of("N", budget, "M", width) : Map.of("N", budget));
        var order = new SearchOrder(set.getFirst(), policy, models.prm(workbench), strategy, parameters, models.generation(workbench, policy), models.reduction(), 1);
        long began = System.nanoTime();
        do tokens(workbench, order, List.of(set.getFirst()));
        while ((System.nanoTime() - began) * 1e-9 < warmUp);
        Map<AtOnce, List<Figures>> figures = new EnumMap<>(AtOnce.class);
        for (int repetition = 0; repetition < Math.max(1, repetitions); repetition++)
            for (var way : ways) figures.computeIfAbsent(way, _ -> new ArrayList<>()).add(measure(workbench, order, measured, way));
        Figures first = null;
        for (var way : ways) {
            var median = median(figures.getOrDefault(way, List.of()));
            if (first == null) first = median;
            print(order, measured.size(), beams, way, median, first);
        }
        return DONE;
    }

    private void print(SearchOrder order, int searches, boolean beams, AtOnce way, Figures figures, Figures first) {
        var document = new LinkedHashMap<String, Object>();
        document.put("model", order.policy());
        document.put("reward", order.reward());
        document.put("strategy", strategy);
        document.put("n", budget);
        if (beams) document.put("m", width);
        document.put("searches", searches);
        document.put("at_once", way.name().toLowerCase(Locale.ROOT));
        document.put("tokens_per_second", figures.tokensPerSecond());
        document.put("seconds", figures.seconds);
        document.put("kernel_seconds", figures.kernels);
        document.put("kernel_share", figures.kernels / figures.seconds);
        document.put("kernels_at_once", figures.each / figures.seconds);
        document.put("peak_bytes", Peak.bytes());
        if (common.json) console.json(document);
        else console.print("%d searches by %s, N = %d%s, %s: %.2f s, %,.0f tokens/s%s; model kernels run %.1f %% of the time, %.2f at once on average."
            .formatted(searches, strategy, budget, beams ? ", M = " + width : "", way == AtOnce.ALL ? "at once" : "one after another", figures.seconds, figures.tokensPerSecond(),
                figures == first ? "" : " (%.2f times the first)".formatted(figures.tokensPerSecond() / first.tokensPerSecond()), 100 * figures.kernels / figures.seconds, figures.each / figures.seconds));
    }

    private static AtOnce way(String word) {
        try {
            return AtOnce.valueOf(word.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new WrongUsage("Searches run \"one\" after another or \"all\" at once, not \"%s\".".formatted(word));
        }
    }

    private static Figures measure(Workbench workbench, SearchOrder order, List<Problem> problems, AtOnce way) {
        long kernels = KernelClock.nanos();
        long each = KernelClock.sum();
        long start = System.nanoTime();
        long tokens = way == AtOnce.ALL ? tokens(workbench, order, problems) : problems.stream().mapToLong(problem -> tokens(workbench, order, List.of(problem))).sum();
        return new Figures(tokens, (System.nanoTime() - start) * 1e-9, (KernelClock.nanos() - kernels) * 1e-9, (KernelClock.sum() - each) * 1e-9);
    }

    private static Figures median(List<Figures> figures) {
        return figures.stream().sorted(Comparator.comparingDouble(Figures::tokensPerSecond)).toList().get(figures.size() / 2);
    }

    /// @return sampled
    private static long tokens(Workbench workbench, SearchOrder order, List<Problem> problems) {
        long tokens = 0;
        for (var live : workbench.startAll(order, problems, "")) {
            var outcome = live.done().join();
            if (outcome.end() != Outcome.End.FINISHED) throw new EspalierException("The search did not finish: " + outcome.message());
            tokens += live.tree().policyCost().generated();
        }
        return tokens;
    }
}
