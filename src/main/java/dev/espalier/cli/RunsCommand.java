package dev.espalier.cli;

import dev.espalier.experiment.Workbench;
import dev.espalier.experiment.models.FingerprintText;
import dev.espalier.experiment.run.ComputeUsageText;
import dev.espalier.io.JsonLines;
import dev.espalier.search.log.ComputeUsage;
import dev.espalier.search.log.UsedModel.Role;
import dev.espalier.store.RunRecord;
import dev.espalier.store.RunSummary;
import dev.espalier.store.SearchSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

@Command(
        name = "runs",
        description = "Lists the stored runs, or shows one with its searches.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  espalier runs", "  espalier runs 7 --json"})
final class RunsCommand extends EspalierCommand {
    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Id of the run.")
    @Nullable
    Long id;

    @Override
    int run(Workbench workbench) {
        var runs = workbench.runs().list();
        if (id == null) list(runs);
        else show(workbench, id, runs);
        return DONE;
    }

    private void list(java.util.List<RunSummary> runs) {
        if (common.json) {
            runs.forEach(run -> console.json(document(run)));
            return;
        }
        if (runs.isEmpty()) {
            console.message("There are no runs yet. Start with `espalier run` or `espalier sweep`.");
            return;
        }
        var table = new Table(
                "name", "id", "problems", "done", "failed", "policy", "tokens", "FLOPs", "PRM FLOPs", "created");
        for (var run : runs) {
            table.row(
                    run.run().name(),
                    run.run().id(),
                    run.searches(),
                    run.finished(),
                    run.failed(),
                    run.run().config().policy(),
                    Console.decimal(run.generated(), 0),
                    run.run().imported()
                            ? "–"
                            : ComputeUsageText.scaled(run.usage().policyFlops()),
                    run.run().imported()
                            ? "–"
                            : ComputeUsageText.scaled(run.usage().rewardFlops()),
                    run.run().created().truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
        }
        console.print(table.toString());
        runs.stream()
                .map(RunSummary::warning)
                .filter(warning -> !warning.isEmpty())
                .forEach(console::message);
    }

    private void show(Workbench workbench, long id, java.util.List<RunSummary> runs) {
        var searches = workbench.runs().searches(id);
        var run = runs.stream()
                .filter(summary -> summary.run().id() == id)
                .findFirst()
                .orElseThrow(() -> new dev.espalier.EspalierException(
                        "There is no run %d. `espalier runs` lists all.".formatted(id)));
        if (common.json) {
            var document = document(run);
            document.put(
                    "searches_of_run",
                    searches.stream()
                            .map(search -> document(workbench, run.run(), search))
                            .toList());
            console.json(document);
            return;
        }
        if (!run.warning().isEmpty()) console.message(run.warning());
        console.print(card(run.run()));
        if (!run.run().imported()) console.print(spent(run.usage()));
        var table = new Table("problem", "search", "status", "candidates", "tokens", "seconds", "");
        for (var search : searches) {
            table.row(
                    search.problem().id(),
                    search.id(),
                    search.status().name().toLowerCase(Locale.ROOT),
                    search.candidates(),
                    Console.decimal(search.generated(), 0),
                    Console.decimal(search.time(), 2),
                    search.failure());
        }
        console.print(table.toString());
    }

    private static String spent(ComputeUsage spent) {
        return """
              processed   %s tokens, FLOPs %s
              executed    %s tokens, FLOPs %s
            """.formatted(
                        ComputeUsageText.processed(spent),
                        ComputeUsageText.flops(spent),
                        ComputeUsageText.executed(spent),
                        ComputeUsageText.flopsExecuted(spent));
    }

    private static String card(RunRecord run) {
        var config = run.config();
        return """
            %s (run %d)
              strategy    %s %s, %s mode, reduction %s, seed %d
              generation  %s
            %s
              prompts     %s
              problems    %s
              device      %s
              %s
            """.formatted(
                        run.name(),
                        run.id(),
                        config.strategy(),
                        config.parameters(),
                        config.mode().label(),
                        config.reduction().label(),
                        config.seed(),
                        generation(run),
                        models(run),
                        run.prompts().isEmpty() ? "unknown" : run.prompts(),
                        run.problemSet().isEmpty() ? "typed" : run.problemSet(),
                        run.device(),
                        provenance(run));
    }

    private static String models(RunRecord run) {
        var lines = new ArrayList<String>();
        for (var role : Role.values()) {
            var label = role == Role.POLICY ? "policy" : "PRM";
            var models = run.config().models(role);
            if (models.isEmpty()) lines.add("  %-10s  none".formatted(label));
            for (var model : models) {
                long parameters = model != models.getFirst()
                        ? 0
                        : role == Role.POLICY ? run.policyParameters() : run.rewardParameters();
                lines.add("  %-10s  %s %s"
                        .formatted(label, model.name(), FingerprintText.of(model.sha256(), parameters)));
            }
        }
        return String.join("\n", lines);
    }

    private static String generation(RunRecord run) {
        var generation = run.config().generation();
        return run.imported()
                ? "unknown"
                : "T %s, top-p %s, top-k %s, min-p %s, at most %d tokens"
                        .formatted(
                                generation.temperature(),
                                generation.topP(),
                                generation.topK() == 0 ? "off" : generation.topK(),
                                generation.minP() == 0 ? "off" : generation.minP(),
                                generation.maxNewTokens());
    }

    private static String provenance(RunRecord run) {
        return run.imported()
                ? "imported    %s by Espalier %s\n  from        %s"
                        .formatted(run.created(), run.version(), run.source().replace("\n", "\n              "))
                : "made        %s by Espalier %s".formatted(run.created(), run.version());
    }

    private static Map<String, Object> document(RunSummary run) {
        var document = new LinkedHashMap<String, Object>();
        var config = run.run().config();
        document.put("id", run.run().id());
        document.put("name", run.run().name());
        document.put("sweep", run.run().sweep());
        document.put("problem_set", run.run().problemSet());
        document.put("strategy", config.strategy());
        document.put("mode", config.mode().label());
        document.put("parameters", config.parameters().plain());
        document.put("seed", config.seed());
        boolean known = !run.run().imported();
        document.put("temperature", known ? config.generation().temperature() : null);
        document.put("top_p", known ? config.generation().topP() : null);
        document.put("top_k", known ? config.generation().topK() : null);
        document.put("min_p", known ? config.generation().minP() : null);
        document.put("max_new_tokens", known ? config.generation().maxNewTokens() : null);
        document.put("reduction", config.reduction().label());
        document.put("policy", config.policy());
        document.put("policy_sha256", config.policySha256());
        document.put("prm", config.reward());
        document.put("prm_sha256", config.rewardSha256());
        if (!config.furtherModels().isEmpty()) {
            document.put(
                    "models",
                    config.models().stream()
                            .map(model -> Map.of(
                                    "role",
                                    model.role() == Role.POLICY ? "policy" : "prm",
                                    "name",
                                    model.name(),
                                    "sha256",
                                    model.sha256()))
                            .toList());
        }
        document.put("device", run.run().device());
        if (!run.run().prompts().isEmpty()) document.put("prompts", run.run().prompts());
        document.put("version", run.run().version());
        document.put("created", run.run().created().toString());
        var fork = run.run().fork();
        if (fork != null) document.put("fork", Map.of("search", fork.search(), "event", fork.event()));
        document.put("searches", run.searches());
        document.put("finished", run.finished());
        document.put("failed", run.failed());
        document.put("cancelled", run.cancelled());
        document.put(
                "generated_tokens",
                Double.isNaN(run.generated()) ? null : run.policy().generated());
        document.put("seconds", Console.finiteOrNull(run.time()));
        if (!run.run().imported()) document.put("spent", ComputeUsageDocument.of(run.usage()));
        if (run.run().imported()) document.put("imported_from", run.run().source());
        var owner = run.owner();
        if (owner != null) document.put("running_in_process", owner.process());
        if (run.damaged()) document.put("damage", run.damage());
        return document;
    }

    private static Map<String, Object> document(Workbench workbench, RunRecord run, SearchSummary search) {
        var document = new LinkedHashMap<String, Object>();
        document.put("id", search.id());
        document.put("problem", search.problem().id());
        document.put("status", search.status().name().toLowerCase(Locale.ROOT));
        document.put("events", search.events());
        document.put("candidates", search.candidates());
        document.put(
                "generated_tokens",
                Double.isNaN(search.generated()) ? null : search.policy().generated());
        document.put("seconds", Console.finiteOrNull(search.time()));
        if (!run.imported()) document.put("spent", ComputeUsageDocument.of(search.usage(run)));
        if (!search.failure().isEmpty()) document.put("failure", search.failure());
        var imported = workbench.imports().line(search.id());
        if (imported != null) {
            document.put("line", imported.number());
            document.put("fields", fields(imported.fields()));
        }
        return document;
    }

    /// Returns null if the fields are damaged.
    private static @Nullable JsonNode fields(String json) {
        try {
            return JsonLines.JSON.readTree(json);
        } catch (JacksonException damaged) {
            return null;
        }
    }
}
