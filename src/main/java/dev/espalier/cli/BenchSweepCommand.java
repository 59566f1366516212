package dev.espalier.cli;

import dev.espalier.engine.bench.Throughput;
import dev.espalier.engine.bench.Throughput.Concurrency;
import dev.espalier.experiment.Workbench;
import dev.espalier.problem.Problem;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        description =
                "Measures the speedup from batching. Samples solutions of many problems: one path at a time (none), one problem's N paths at a time (problem), or all together (all).",
        footer = {"", "Example:", "  espalier bench sweep -n 4 --limit 64 --batch problem,all"})
final class BenchSweepCommand extends EspalierCommand {
    @Option(
            names = {"-n", "--n"},
            paramLabel = "N",
            defaultValue = "4",
            description = "Solutions per problem (default: ${DEFAULT-VALUE}).")
    int rows;

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "64",
            description = "Number of problems, spread evenly over the file (default: ${DEFAULT-VALUE}).")
    int limit;

    @Option(
            names = "--batch",
            split = ",",
            defaultValue = "none,problem,all",
            description = "none, problem or all; several are compared (default: ${DEFAULT-VALUE}).")
    List<String> batch = List.of();

    @Option(
            names = "--repetitions",
            paramLabel = "COUNT",
            defaultValue = "3",
            description = "Repetitions; the median is reported (default: ${DEFAULT-VALUE}).")
    int repetitions;

    @Option(
            names = "--problems",
            paramLabel = "FILE",
            description = "JSONL of problems (default: the sample test set).")
    @Nullable
    Path problems;

    @Mixin
    ModelOptions models = new ModelOptions();

    @Override
    int run(Workbench workbench) {
        if (rows < 1) throw new UsageError("-n must be at least 1, not " + rows + ".");
        var batchings = batch.stream().map(BenchSweepCommand::together).toList();
        var chosen = CommonOptions.problems(CommonOptions.problems(problems), Math.max(1, limit), console);
        var texts = chosen.stream().map(Problem::text).toList();
        var name = models.policy(workbench);
        var policy = workbench.models().policy(name);
        var table = new Table("batch", "tokens/s", "times the first");
        double first = 0;
        var rates = Throughput.policy(
                policy, texts, models.generation(workbench, name, chosen), rows, batchings, repetitions);
        for (int i = 0; i < batchings.size(); i++) {
            var together = batchings.get(i);
            var rate = rates.get(i);
            if (first == 0) first = rate.tokensPerSecond();
            var document = new LinkedHashMap<String, Object>();
            document.put("model", name);
            document.put("n", rows);
            document.put("problems", texts.size());
            document.put("batch", together.name().toLowerCase(Locale.ROOT));
            document.put("tokens_per_second", rate.tokensPerSecond());
            document.put("seconds", rate.seconds());
            if (common.json) console.json(document);
            else
                table.row(
                        together.name().toLowerCase(Locale.ROOT),
                        "%.0f".formatted(rate.tokensPerSecond()),
                        "%.2f".formatted(rate.tokensPerSecond() / first));
        }
        if (!common.json) console.print(table.toString());
        return DONE;
    }

    private static Concurrency together(String word) {
        try {
            return Concurrency.valueOf(word.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UsageError("There is no batch \"%s\". There are: none, problem, all.".formatted(word));
        }
    }
}
