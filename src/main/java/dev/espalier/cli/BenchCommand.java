package dev.espalier.cli;

import dev.espalier.engine.Models;
import dev.espalier.engine.ModelFolder;
import dev.espalier.engine.Throughput;
import dev.espalier.engine.Throughput.Speed;
import dev.espalier.experiment.Workbench;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "bench", description = "How fast the models are here: tokens/s of the policy and steps/s of the PRM when N paths of one problem are asked for at once, and the plain loop beside it.",
    mixinStandardHelpOptions = true, footer = {"", "Example:", "  espalier bench -n 1,16,64 --json"})
final class BenchCommand extends EspalierCommand {
    @Option(names = {"-n", "--rows"}, split = ",", paramLabel = "N", defaultValue = "1,16,64", description = "Paths at once (default: ${DEFAULT-VALUE}).")
    List<Integer> rows = List.of();

    @Option(names = "--repetitions", paramLabel = "COUNT", defaultValue = "5", description = "The median counts (default: ${DEFAULT-VALUE}).")
    int repetitions;

    @Option(names = "--problems", paramLabel = "FILE", description = "Whose middle problem is solved (default: the sample test set).")
    @Nullable Path problems;

    @Option(names = "--no-plain", description = "Leave the plain loop out.")
    boolean noPlain;

    @Mixin ModelOptions models = new ModelOptions();

    @Override
    int run(Workbench workbench) {
        var set = CommonOptions.problems(CommonOptions.problems(problems), 0, console);
        var problem = set.get(set.size() / 2).text();
        var policyName = models.policy(workbench);
        var prmName = models.prm(workbench);
        var generation = models.generation(workbench, policyName);
        var policy = workbench.policy(policyName);
        var reward = prmName.isEmpty() ? null : workbench.reward(prmName);
        var table = new Table("paths at once", "policy tokens/s", "plain loop tokens/s", "ratio", "PRM steps/s");
        console.say("%s and %s on %s; the median of %d repetitions.".formatted(policyName, prmName.isEmpty() ? "no PRM" : prmName, policy.card().device(), repetitions));
        for (int n : rows) {
            var ours = Throughput.policy(policy, problem, generation, n, repetitions);
            var plain = noPlain ? null : Throughput.plain(ModelFolder.read(common.modelFolder().resolve(policyName)), Models.threads(), problem, generation, n, repetitions);
            var steps = reward == null ? null : Throughput.reward(reward, policy, problem, generation, n, repetitions);
            if (common.json) console.json(document(n, ours, plain, steps));
            else table.row(n, rate(ours.tokensPerSecond()), plain == null ? "–" : rate(plain.tokensPerSecond()),
                plain == null ? "–" : "%.2f".formatted(ours.tokensPerSecond() / plain.tokensPerSecond()), steps == null ? "–" : rate(steps.stepsPerSecond()));
        }
        if (!common.json) console.print(table.toString());
        return DONE;
    }

    private static String rate(double perSecond) {
        return "%.0f".formatted(perSecond);
    }

    private static LinkedHashMap<String, Object> document(int n, Speed ours, @Nullable Speed plain, @Nullable Speed steps) {
        var document = new LinkedHashMap<String, Object>();
        document.put("n", n);
        document.put("policy_tokens_per_second", ours.tokensPerSecond());
        if (plain != null) document.put("plain_tokens_per_second", plain.tokensPerSecond());
        if (steps != null) document.put("prm_steps_per_second", steps.stepsPerSecond());
        return document;
    }
}
