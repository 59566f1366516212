package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.experiment.ModelEntry;
import dev.espalier.experiment.Workbench;
import dev.espalier.search.Generation;
import dev.espalier.search.Reduction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which models sample and score, and how.
final class ModelOptions {
    @Option(names = "--policy", paramLabel = "NAME", description = "Policy: a model folder's name (NAME@int8 for a precision that it has), or an endpoint's address like http://host:8000/v1#model (default: the first usable one).")
    @Nullable String policy;

    @Option(names = "--precision", paramLabel = "NAME", description = "Precision of the policy, such as f32, int8 or int4, of those that its folder has (default: by device and size).")
    @Nullable String precision;

    @Option(names = "--prm", paramLabel = "NAME", description = "Process reward model, or \"none\" (default: the first usable one).")
    @Nullable String prm;

    @Mixin SamplingOptions sampling = new SamplingOptions();

    @Mixin ReductionOption reduction = new ReductionOption();

    String policy(Workbench workbench) {
        if (policy != null && policy.contains("@") && precision != null) throw new WrongUsage("Name the precision once: behind the policy's @ or with --precision.");
        var name = policy != null ? policy : first(workbench, "policy");
        return precision == null ? workbench.policyName(name) : workbench.policyName(name, precision);
    }

    String prm(Workbench workbench) {
        if ("none".equals(prm)) return "";
        return workbench.rewardName(prm != null ? prm : first(workbench, "prm"));
    }

    private static String first(Workbench workbench, String kind) {
        var usable = workbench.models().stream().filter(entry -> entry.kind().equals(kind) && entry.usable()).map(ModelEntry::name).findFirst();
        return usable.orElseThrow(() -> new EspalierException("There is no usable %s in %s. Name a folder of model folders with --models.%s".formatted(kind, workbench.settings().models(),
            workbench.models().stream().filter(entry -> !entry.usable()).findFirst().map(entry -> " (" + entry.problem() + ")").orElse(""))));
    }

    Generation generation(Workbench workbench, String policyName) {
        return sampling.generation(workbench.generation(policyName));
    }

    Reduction reduction() {
        return reduction.reduction();
    }
}
