package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.engine.Peak;
import dev.espalier.engine.onnx.KernelClock;
import dev.espalier.experiment.Outcome;
import dev.espalier.experiment.SearchOrder;
import dev.espalier.experiment.Workbench;
import dev.espalier.search.Parameters;
import dev.espalier.search.SearchTree;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "search", mixinStandardHelpOptions = true,
    description = "A beam search end to end, its events stored, and how much of its time at least one model kernel runs: some problems one after another, after one that is not counted.",
    footer = {"", "Example:", "  espalier bench search -n 64 --json"})
final class BenchSearchCommand extends EspalierCommand {
    @Option(names = {"-n", "--n"}, paramLabel = "N", defaultValue = "64", description = "Budget (default: ${DEFAULT-VALUE}).")
    int budget;

    @Option(names = {"-m", "--beam-width"}, paramLabel = "M", defaultValue = "4", description = "Continuations per kept beam (default: ${DEFAULT-VALUE}).")
    int width;

    @Option(names = "--limit", paramLabel = "COUNT", defaultValue = "5", description = "Problems, spread over the file (default: ${DEFAULT-VALUE}).")
    int limit;

    @Option(names = "--problems", paramLabel = "FILE", description = "JSONL of problems (default: the sample test set).")
    @Nullable Path problems;

    @Mixin ModelOptions models = new ModelOptions();

    @Override
    int run(Workbench workbench) {
        var set = CommonOptions.problems(CommonOptions.problems(problems), Math.max(1, limit), console);
        var policy = models.policy(workbench);
        var parameters = Parameters.of(Map.of("N", budget, "M", width));
        var order = new SearchOrder(set.getFirst(), policy, models.prm(workbench), "beam-search", parameters, models.generation(workbench, policy), models.reduction(), 1);
        tokens(workbench, order);
        long kernels = KernelClock.nanos();
        long start = System.nanoTime();
        long tokens = set.stream().mapToLong(problem -> tokens(workbench, order.of(problem))).sum();
        double seconds = (System.nanoTime() - start) * 1e-9;
        double inKernels = (KernelClock.nanos() - kernels) * 1e-9;
        var document = new LinkedHashMap<String, Object>();
        document.put("model", policy);
        document.put("reward", order.reward());
        document.put("n", budget);
        document.put("m", width);
        document.put("searches", set.size());
        document.put("tokens_per_second", tokens / seconds);
        document.put("seconds", seconds);
        document.put("kernel_seconds", inKernels);
        document.put("kernel_share", inKernels / seconds);
        document.put("peak_bytes", Peak.bytes());
        if (common.json) console.json(document);
        else console.print("%d beam searches, N = %d, M = %d: %.2f s, %,.0f tokens/s; model kernels run %.1f %% of the time.".formatted(set.size(), budget, width, seconds, tokens / seconds, 100 * inKernels / seconds));
        return DONE;
    }

    /// @return sampled
    private static long tokens(Workbench workbench, SearchOrder order) {
        var live = workbench.startAll(order, List.of(order.problem()), "").getFirst();
        var outcome = live.done().join();
        if (outcome.end() != Outcome.End.FINISHED) throw new EspalierException("The search did not finish: " + outcome.message());
        var tree = new SearchTree();
        live.drain().forEach(tree::apply);
        return tree.policyCost().generated();
    }
}
