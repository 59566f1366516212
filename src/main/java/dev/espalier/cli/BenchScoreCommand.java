package dev.espalier.cli;

import dev.espalier.engine.bench.Throughput;
import dev.espalier.engine.device.PeakMemory;
import dev.espalier.experiment.Workbench;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "score",
        mixinStandardHelpOptions = true,
        description =
                "Measures steps per second: the policy samples N solutions of one problem, then the reward model scores them together. Reports the median of several repetitions.",
        footer = {"", "Example:", "  espalier bench score -n 64 --json"})
final class BenchScoreCommand extends EspalierCommand {
    @Option(
            names = {"-n", "--n"},
            paramLabel = "N",
            defaultValue = "64",
            description = "Number of solutions (default: ${DEFAULT-VALUE}).")
    int rows;

    @Option(
            names = "--repetitions",
            paramLabel = "COUNT",
            defaultValue = "5",
            description = "Repetitions; the median is reported (default: ${DEFAULT-VALUE}).")
    int repetitions;

    @Option(
            names = "--problems",
            paramLabel = "FILE",
            description = "JSONL of problems; the middle one is used (default: the sample test set).")
    @Nullable
    Path problems;

    @Mixin
    ModelOptions models = new ModelOptions();

    @Override
    int run(Workbench workbench) {
        if (rows < 1) throw new UsageError("-n must be at least 1, not " + rows + ".");
        var set = CommonOptions.problems(CommonOptions.problems(problems), 0, console);
        var policyName = models.policy(workbench);
        var rewardName = models.prm(workbench);
        if (rewardName.isEmpty()) throw new UsageError("There is no reward model to measure. Omit --prm none.");
        var reward = workbench.models().reward(rewardName);
        var rate = Throughput.reward(
                reward,
                workbench.models().policy(policyName),
                set.get(set.size() / 2),
                models.generation(workbench, policyName, set),
                rows,
                repetitions);
        var document = new LinkedHashMap<String, Object>();
        document.put("model", rewardName);
        document.put("n", rows);
        document.put("steps_per_second", rate.stepsPerSecond());
        document.put("path_tokens_per_second", rate.tokensPerSecond());
        document.put("seconds", rate.seconds());
        document.put("peak_bytes", PeakMemory.bytes());
        if (common.json) console.json(document);
        else
            console.print("%s on %s: %,.0f steps/s (paths of %,.0f tokens/s) over %d solutions; the median of %d."
                    .formatted(
                            rewardName,
                            reward.card().device(),
                            rate.stepsPerSecond(),
                            rate.tokensPerSecond(),
                            rows,
                            repetitions));
        return DONE;
    }
}
