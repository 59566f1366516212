package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.PeakMemory;
import dev.espalier.engine.onnx.decode.KernelClock;
import dev.espalier.experiment.Workbench;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.run.SearchSpec;
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

@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        description =
                "Measures searches end to end, including storage, and the share of time in which a model kernel runs. Searches run one after another or concurrently.",
        footer = {
            "",
            "Examples:",
            "  espalier bench search -n 64 --json",
            "  espalier bench search --strategy best-of-n -n 4 --limit 64 --at-once one,all --repetitions 5"
        })
final class BenchSearchCommand extends EspalierCommand {
    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            defaultValue = "beam-search",
            description = "Strategy (default: ${DEFAULT-VALUE}).")
    String strategy = "beam-search";

    @Option(
            names = {"-n", "--n"},
            paramLabel = "N",
            defaultValue = "64",
            description = "Budget (default: ${DEFAULT-VALUE}).")
    int budget;

    @Option(
            names = {"-m", "--beam-width"},
            paramLabel = "M",
            defaultValue = "4",
            description = "Continuations per kept beam, for strategies with beams (default: ${DEFAULT-VALUE}).")
    int width;

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "5",
            description = "Number of problems, spread evenly over the file (default: ${DEFAULT-VALUE}).")
    int limit;

    @Option(
            names = "--at-once",
            paramLabel = "ONE|ALL",
            split = ",",
            defaultValue = "one",
            description =
                    "one (one search after another), all (concurrently), or one,all to alternate and compare (default: ${DEFAULT-VALUE}).")
    List<String> atOnce = List.of();

    @Option(
            names = "--repetitions",
            paramLabel = "COUNT",
            defaultValue = "1",
            description = "Repetitions; the median is reported (default: ${DEFAULT-VALUE}).")
    int repetitions;

    @Option(
            names = "--problems",
            paramLabel = "FILE",
            description = "JSONL of problems (default: the sample test set).")
    @Nullable
    Path problems;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "3",
            description =
                    "Duration of warm-up searches, at least one search; the JVM compiles hot code meanwhile (default: ${DEFAULT-VALUE}).")
    double warmUp;

    @Mixin
    ModelOptions models = new ModelOptions();

    private enum Concurrency {
        ONE,
        ALL
    }

    /// @param kernels   seconds in which at least one model kernel ran
    /// @param kernelSum seconds of all kernels, added up
    private record Measurement(long tokens, double seconds, double kernels, double kernelSum) {
        double tokensPerSecond() {
            return tokens / seconds;
        }
    }

    @Override
    int run(Workbench workbench) {
        var settings = atOnce.stream().map(BenchSearchCommand::concurrency).toList();
        // The first problem is for warm-up only.
        var set = CommonOptions.problems(CommonOptions.problems(problems), Math.max(1, limit) + 1, console);
        var measured = set.size() == 1 ? set : set.subList(1, set.size());
        var policy = models.policy(workbench);
        boolean beams = Strategies.entry(strategy, Mode.STANDARD).has("M");
        var parameters = Parameters.of(beams ? Map.of("N", budget, "M", width) : Map.of("N", budget));
        var order = new SearchSpec(
                set.getFirst(),
                policy,
                models.prm(workbench),
                strategy,
                parameters,
                models.generation(workbench, policy, set),
                models.reduction(),
                1);
        long began = System.nanoTime();
        do tokens(workbench, order, List.of(set.getFirst()));
        while ((System.nanoTime() - began) * 1e-9 < warmUp);
        Map<Concurrency, List<Measurement>> figures = new EnumMap<>(Concurrency.class);
        for (int repetition = 0; repetition < Math.max(1, repetitions); repetition++)
            for (var concurrency : settings)
                figures.computeIfAbsent(concurrency, _ -> new ArrayList<>())
                        .add(measure(workbench, order, measured, concurrency));
        Measurement first = null;
        for (var concurrency : settings) {
            var median = median(figures.getOrDefault(concurrency, List.of()));
            if (first == null) first = median;
            print(order, measured.size(), beams, concurrency, median, first);
        }
        return DONE;
    }

    private void print(
            SearchSpec order,
            int searches,
            boolean beams,
            Concurrency concurrency,
            Measurement figures,
            Measurement first) {
        var document = new LinkedHashMap<String, Object>();
        document.put("model", order.policy());
        document.put("reward", order.reward());
        document.put("strategy", strategy);
        document.put("n", budget);
        if (beams) document.put("m", width);
        document.put("searches", searches);
        document.put("at_once", concurrency.name().toLowerCase(Locale.ROOT));
        document.put("tokens_per_second", figures.tokensPerSecond());
        document.put("seconds", figures.seconds);
        document.put("kernel_seconds", figures.kernels);
        document.put("kernel_share", figures.kernels / figures.seconds);
        document.put("kernels_at_once", figures.kernelSum / figures.seconds);
        document.put("peak_bytes", PeakMemory.bytes());
        if (common.json) console.json(document);
        else
            console.print(
                    "%d searches by %s, N = %d%s, %s: %.2f s, %,.0f tokens/s%s; model kernels run %.1f %% of the time, %.2f at once on average."
                            .formatted(
                                    searches,
                                    strategy,
                                    budget,
                                    beams ? ", M = " + width : "",
                                    concurrency == Concurrency.ALL ? "at once" : "one after another",
                                    figures.seconds,
                                    figures.tokensPerSecond(),
                                    figures == first
                                            ? ""
                                            : " (%.2f times the first)"
                                                    .formatted(figures.tokensPerSecond() / first.tokensPerSecond()),
                                    100 * figures.kernels / figures.seconds,
                                    figures.kernelSum / figures.seconds));
    }

    private static Concurrency concurrency(String word) {
        try {
            return Concurrency.valueOf(word.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UsageError("Searches run \"one\" after another or \"all\" at once, not \"%s\".".formatted(word));
        }
    }

    private static Measurement measure(
            Workbench workbench, SearchSpec order, List<Problem> problems, Concurrency concurrency) {
        long kernels = KernelClock.nanos();
        long kernelSum = KernelClock.sum();
        long start = System.nanoTime();
        long tokens = concurrency == Concurrency.ALL
                ? tokens(workbench, order, problems)
                : problems.stream()
                        .mapToLong(problem -> tokens(workbench, order, List.of(problem)))
                        .sum();
        return new Measurement(
                tokens,
                (System.nanoTime() - start) * 1e-9,
                (KernelClock.nanos() - kernels) * 1e-9,
                (KernelClock.sum() - kernelSum) * 1e-9);
    }

    private static Measurement median(List<Measurement> figures) {
        return figures.stream()
                .sorted(Comparator.comparingDouble(Measurement::tokensPerSecond))
                .toList()
                .get(figures.size() / 2);
    }

    /// @return the number of sampled tokens
    private static long tokens(Workbench workbench, SearchSpec order, List<Problem> problems) {
        long tokens = 0;
        for (var live : workbench.searches().startAll(order, problems, "")) {
            var outcome = live.done().join();
            if (outcome.end() != Outcome.End.FINISHED)
                throw new EspalierException("The search did not finish: " + outcome.message());
            tokens += live.tree().policyCost().generated();
        }
        return tokens;
    }
}
