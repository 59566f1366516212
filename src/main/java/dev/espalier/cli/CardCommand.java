package dev.espalier.cli;

import dev.espalier.analysis.Accuracy;
import dev.espalier.analysis.ConfidenceInterval;
import dev.espalier.analysis.Discrimination;
import dev.espalier.analysis.Pool;
import dev.espalier.analysis.RowProblems;
import dev.espalier.experiment.Workbench;
import dev.espalier.experiment.run.MissingGold;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.strategy.Method;
import dev.espalier.search.vote.Vote;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "card",
        description = {
            "Prints the figures of a model card from stored runs, as Markdown.",
            "They are accuracy against budget with 95 %% intervals, pass@1 by level, how well the reward model separates right from wrong within a problem, "
                    + "and paired differences between methods."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  espalier sweep --name card --budgets 1,4,16,64 && espalier card --sweep card"})
final class CardCommand extends EspalierCommand {
    @Parameters(arity = "0..*", paramLabel = "RUN", description = "Run ids (default: the newest sweep).")
    List<Long> runs = List.of();

    @Option(names = "--sweep", paramLabel = "NAME", description = "All runs of the sweep of this name.")
    @Nullable
    String sweep;

    private record PairedDifference(String a, String b, int n, ConfidenceInterval interval) {}

    @Override
    int run(Workbench workbench) {
        var selected = CurveCommand.selected(workbench, runs, sweep);
        var pools = workbench.runs().pools(selected, false, console::message);
        var curves = workbench.sweeps().curves(selected);
        var missing = MissingGold.of(pools.values());
        var sampled = ofStrategy(pools, Method.BEST_OF_N.strategy()).values().stream()
                .flatMap(List::stream)
                .filter(Pool::graded)
                .toList();
        var differences = differences(pools);
        if (common.json) {
            missing.sentence().ifPresent(console::message);
            RowProblems.sentences(curves).forEach(console::message);
            var document = new LinkedHashMap<String, Object>(CurveDocument.json(curves));
            document.put(
                    "pass_at_1_by_level",
                    byLevel(sampled).entrySet().stream()
                            .map(level -> interval(level.getValue(), "level", level.getKey()))
                            .toList());
            if (scored(pools))
                document.put(
                        "auc_within_problem",
                        interval(
                                ConfidenceInterval.of(
                                        Discrimination.withinProblem(sampled).values()),
                                "problems",
                                Discrimination.withinProblem(sampled).size()));
            document.put(
                    "differences",
                    differences.stream()
                            .map(d -> {
                                var row = interval(d.interval(), "n", d.n());
                                row.put("a", d.a());
                                row.put("b", d.b());
                                return row;
                            })
                            .toList());
            console.json(document);
            return DONE;
        }
        console.print("Accuracy against budget, per cent:\n\n"
                + CurveDocument.table(curves).markdown());
        missing.sentence().ifPresent(sentence -> console.print("\n" + sentence));
        RowProblems.sentences(curves).forEach(sentence -> console.print("\n" + sentence));
        if (!sampled.isEmpty()) {
            var levels = new Table("level", "problems", "pass@1 %", "95 % interval");
            byLevel(sampled)
                    .forEach((level, interval) -> levels.row(
                            level == 0 ? "unknown" : level,
                            sampled.stream()
                                    .filter(pool -> pool.level() == level)
                                    .map(Pool::problem)
                                    .distinct()
                                    .count(),
                            Console.percent(interval.mean()),
                            Console.percent(interval.low()) + "–" + Console.percent(interval.high())));
            console.print("\npass@1 by level:\n\n" + levels.markdown());
        }
        if (scored(pools) && !sampled.isEmpty()) {
            var aucs = Discrimination.withinProblem(sampled);
            var auc = ConfidenceInterval.of(aucs.values());
            console.print(
                    "\nReward model, AUC within a problem (mean over %d problems with right and wrong candidates): %.3f [%.3f, %.3f]"
                            .formatted(aucs.size(), auc.mean(), auc.low(), auc.high()));
        }
        if (!differences.isEmpty()) {
            var table = new Table("paired difference", "N", "points", "95 % interval", "clear");
            differences.forEach(d -> table.row(
                    d.a() + " − " + d.b(),
                    d.n(),
                    "%+.1f".formatted(100 * d.interval().mean()),
                    "%+.1f to %+.1f"
                            .formatted(
                                    100 * d.interval().low(), 100 * d.interval().high()),
                    d.interval().clear() ? "yes" : "no"));
            console.print("\nDifferences on the same problems:\n\n" + table.markdown());
        }
        return DONE;
    }

    private static Map<String, Object> interval(ConfidenceInterval interval, String key, Object value) {
        var document = new LinkedHashMap<String, Object>();
        document.put(key, value);
        document.put("mean", Double.isFinite(interval.mean()) ? interval.mean() : null);
        document.put("low", Double.isFinite(interval.low()) ? interval.low() : null);
        document.put("high", Double.isFinite(interval.high()) ? interval.high() : null);
        return document;
    }

    private static TreeMap<Integer, ConfidenceInterval> byLevel(List<Pool> pools) {
        var levels = new TreeMap<Integer, ConfidenceInterval>();
        pools.stream()
                .collect(Collectors.groupingBy(Pool::level))
                .forEach((level, of) -> levels.put(
                        level,
                        ConfidenceInterval.of(Accuracy.ofVote(of, Vote.NAIVE, 1).values())));
        return levels;
    }

    private static TreeMap<Integer, List<Pool>> ofStrategy(Map<SearchConfig, Collection<Pool>> pools, String strategy) {
        var byBudget = new TreeMap<Integer, List<Pool>>();
        pools.forEach((config, finished) -> {
            if (config.strategy().equals(strategy))
                byBudget.computeIfAbsent(config.n(), _ -> new ArrayList<>()).addAll(finished);
        });
        return byBudget;
    }

    /// The comparisons that a model card needs, for all pairs of methods that were run.
    private static List<PairedDifference> differences(Map<SearchConfig, Collection<Pool>> pools) {
        var differences = new ArrayList<PairedDifference>();
        for (int n : List.of(4, 16, 64, 256)) {
            add(differences, pools, Method.MAJORITY, n, null);
            add(differences, pools, Method.WEIGHTED, n, Method.MAJORITY);
            add(differences, pools, Method.BEST_OF_N, n, Method.MAJORITY);
            add(differences, pools, Method.WEIGHTED, n, Method.BEST_OF_N);
            add(differences, pools, Method.BEAM_SEARCH, n, Method.BEST_OF_N);
            add(differences, pools, Method.DVTS, n, Method.BEST_OF_N);
        }
        return differences;
    }

    private static void add(
            List<PairedDifference> differences,
            Map<SearchConfig, Collection<Pool>> pools,
            Method a,
            int n,
            @Nullable Method b) {
        if (a.scored() && !scored(pools)) return;
        var left = byProblem(pools, a, n);
        var right = b == null ? byProblem(pools, Method.MAJORITY, 1) : byProblem(pools, b, n);
        if (left.isEmpty() || right.isEmpty()) return;
        differences.add(new PairedDifference(
                a.word(), b == null ? "one sample" : b.word(), n, ConfidenceInterval.ofDifference(left, right)));
    }

    private static boolean scored(Map<SearchConfig, Collection<Pool>> pools) {
        return pools.keySet().stream().anyMatch(config -> !config.reward().isEmpty());
    }

    private static Map<String, Double> byProblem(Map<SearchConfig, Collection<Pool>> pools, Method method, int n) {
        var byBudget = ofStrategy(pools, method.strategy());
        if (!method.pooled()) return Accuracy.ofVote(byBudget.getOrDefault(n, List.of()), method.vote());
        return Accuracy.ofVote(
                byBudget.tailMap(n).values().stream().flatMap(List::stream).toList(), method.vote(), n);
    }
}
