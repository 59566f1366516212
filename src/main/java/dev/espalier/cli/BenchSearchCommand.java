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
import java.time.Duration;
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

    /// Until the compiler has seen everything often enough.
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    @Mixin ModelOptions models = new ModelOptions();

    @Override
    int run(Workbench workbench) {
        // The first one is for warming up.
        var set = CommonOptions.problems(CommonOptions.problems(problems), Math.max(1, limit) + 1, console);
        var policy = models.policy(workbench);
        var parameters = Parameters.of(Map.of("N", budget, "M", width));
        var order = new SearchOrder(set.getFirst(), policy, models.prm(workbench), "beam-search", parameters, models.generation(workbench, policy), models.reduction(), 1);
        for (long began = System.nanoTime(); System.nanoTime() - began < WARM_UP.toNanos(); ) tokens(workbench, order);
        var measured = set.size() == 1 ? set : set.subList(1, set.size());
        long kernels = KernelClock.nanos();
        long each = KernelClock.sum();
        long start = System.nanoTime();
        long tokens = measured.stream().mapToLong(problem -> tokens(workbench, order.of(problem))).sum();
        double seconds = (System.nanoTime() - start) * 1e-9;
        double inKernels = (KernelClock.nanos() - kernels) * 1e-9;
        double threads = (KernelClock.sum() - each) * 1e-9 / seconds;
        var document = new LinkedHashMap<String, Object>();
        document.put("model", policy);
        document.put("reward", order.reward());
        document.put("n", budget);
        document.put("m", width);
        document.put("searches", measured.size());
        document.put("tokens_per_second", tokens / seconds);
        document.put("seconds", seconds);
        document.put("kernel_seconds", inKernels);
        document.put("kernel_share", inKernels / seconds);
        document.put("kernels_at_once", threads);
        document.put("peak_bytes", Peak.bytes());
        if (common.json) console.json(document);
        else console.print("%d beam searches, N = %d, M = %d: %.2f s, %,.0f tokens/s; model kernels run %.1f %% of the time, %.2f at once on average."
            .formatted(measured.size(), budget, width, seconds, tokens / seconds, 100 * inKernels / seconds, threads));
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
