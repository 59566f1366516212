package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.experiment.Workbench;
import dev.espalier.experiment.models.ModelEntry;
import dev.espalier.model.Generation;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Reduction;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Options for the policy, the reward model, sampling and reduction.
final class ModelOptions {
    @Option(
            names = "--policy",
            paramLabel = "NAME",
            description =
                    "Policy: a model folder's name (NAME@int8 for one of its precisions), or an endpoint's address like http://host:8000/v1#model (default: the first usable one).")
    @Nullable
    String policy;

    @Option(
            names = "--key",
            paramLabel = "LOCATION",
            description =
                    "Location of the API key for the address in --policy: an environment variable such as ESPALIER_API_KEY, or keyring:ACCOUNT. The key is sent to that host and port only (default: no key, or that of your own endpoint there).")
    @Nullable
    String key;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            description =
                    "Precision of the policy, such as f32, int8 or int4, if its folder has it (default: by device and size).")
    @Nullable
    String precision;

    @Option(
            names = "--prm",
            paramLabel = "NAME",
            description = "Process reward model, or \"none\" (default: the first usable one).")
    @Nullable
    String prm;

    @Mixin
    SamplingOptions sampling = new SamplingOptions();

    @Mixin
    ReductionOption reduction = new ReductionOption();

    String policy(Workbench workbench) {
        if (policy != null && policy.contains("@") && precision != null)
            throw new UsageError("Name the precision once: after the policy's @ or with --precision.");
        var name = policy != null ? policy : first(workbench, "policy");
        if (key != null) useKey(workbench, name, key);
        return precision == null
                ? workbench.models().policyName(name)
                : workbench.models().policyName(name, precision);
    }

    private static void useKey(Workbench workbench, String policy, String key) {
        if (!Endpoint.isAddress(policy))
            throw new UsageError(
                    "--key needs an address in --policy, like http://host:8000/v1#model. Your own endpoints name their keys in their files.");
        // Do not repeat the argument: it may be the key itself.
        if (!Endpoint.namesKey(key))
            throw new UsageError(
                    "--key takes the location of a key, not the key itself: an environment variable that begins with ESPALIER_ or ends with _API_KEY, or keyring:ACCOUNT.");
        workbench.models().useKey(policy, key);
    }

    String prm(Workbench workbench) {
        if ("none".equals(prm)) return "";
        return workbench.models().rewardName(prm != null ? prm : first(workbench, "prm"));
    }

    private static String first(Workbench workbench, String kind) {
        var usable = workbench.models().entries().stream()
                .filter(entry -> entry.kind().equals(kind) && entry.usable())
                .map(ModelEntry::name)
                .findFirst();
        return usable.orElseThrow(() ->
                new EspalierException("There is no usable %s in %s. Name a folder of model folders with --models.%s"
                        .formatted(
                                kind,
                                workbench.settings().models(),
                                workbench.models().entries().stream()
                                        .filter(entry -> !entry.usable())
                                        .findFirst()
                                        .map(entry -> " (" + entry.problem() + ")")
                                        .orElse(""))));
    }

    Generation generation(Workbench workbench, String policyName, List<Problem> problems) {
        return sampling.generation(workbench.models().generation(policyName, problems));
    }

    Reduction reduction() {
        return reduction.reduction();
    }
}
