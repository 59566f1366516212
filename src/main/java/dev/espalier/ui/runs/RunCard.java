package dev.espalier.ui.runs;

import dev.espalier.experiment.models.FingerprintText;
import dev.espalier.experiment.run.ComputeUsageText;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.UsedModel.Role;
import dev.espalier.store.RunSummary;
import dev.espalier.ui.kit.DisplayText;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The exact configuration of a run, line by line.
///
/// @param lines the lines of the card, in order
public record RunCard(List<Line> lines) {
    public record Line(String name, String value) {}

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    public static String time(Instant instant, ZoneId zone) {
        return TIME.withZone(zone).format(instant);
    }

    /// A short date, without year and seconds.
    public static String minute(Instant instant, ZoneId zone) {
        return time(instant, zone).substring("yyyy-".length(), "yyyy-MM-dd HH:mm".length());
    }

    public static RunCard of(RunSummary summary, ZoneId zone) {
        var run = summary.run();
        var config = run.config();
        var generation = config.generation();
        var lines = new ArrayList<Line>();
        lines.add(new Line("Name", run.name()));
        if (summary.damaged()) lines.add(new Line("Unreadable", summary.damage()));
        var owner = summary.owner();
        if (owner != null)
            lines.add(new Line(
                    "Running", owner.here() ? "in this Espalier" : "in another Espalier (" + owner.label() + ")"));
        if (!run.sweep().isEmpty()) lines.add(new Line("Sweep", run.sweep()));
        lines.add(new Line("Problems", run.problemSet().isEmpty() ? "typed" : run.problemSet()));
        lines.add(new Line("Strategy", config.strategy()));
        if (config.mode() != Mode.STANDARD)
            lines.add(new Line("Mode", config.mode().label()));
        var fork = run.fork();
        if (fork != null)
            lines.add(new Line(
                    "Forked from",
                    "search " + fork.search() + " at event " + fork.event() + "; excluded from figures"));
        lines.add(new Line(
                "Parameters",
                config.parameters().values().isEmpty()
                        ? "none"
                        : config.parameters().values().entrySet().stream()
                                .map(entry -> entry.getKey() + " = " + entry.getValue())
                                .collect(Collectors.joining(", "))));
        lines.add(new Line("Reduction", config.reduction().label()));
        lines.add(new Line("Seed", Long.toString(config.seed())));
        if (run.imported()) {
            lines.add(new Line("Sampling", "unknown (imported)"));
            lines.add(new Line("Step separator", generation.separator().replace("\n", "\\n")));
        } else {
            lines.add(new Line("Temperature", Double.toString(generation.temperature())));
            lines.add(new Line("Top-p", Double.toString(generation.topP())));
            if (generation.topK() > 0) lines.add(new Line("Top-k", Integer.toString(generation.topK())));
            if (generation.minP() > 0) lines.add(new Line("Min-p", Double.toString(generation.minP())));
            lines.add(new Line("Tokens per solution", Integer.toString(generation.maxNewTokens())));
            lines.add(new Line("Step separator", generation.separator().replace("\n", "\\n")));
            lines.add(new Line(
                    "System prompt", generation.systemPrompt().isEmpty() ? "none" : generation.systemPrompt()));
        }
        if (!run.prompts().isEmpty()) lines.add(new Line("Prompts", run.prompts()));
        models(Role.POLICY, run.policyParameters(), config, lines);
        models(Role.REWARD, run.rewardParameters(), config, lines);
        lines.add(new Line("Device", run.device()));
        lines.add(new Line("Espalier", run.version()));
        lines.add(new Line(run.imported() ? "Imported" : "Started", time(run.created(), zone)));
        if (run.imported()) lines.add(new Line("From", run.source()));
        lines.add(new Line(
                "Searches",
                summary.searches() + ", finished " + summary.finished() + ", failed " + summary.failed()
                        + ", cancelled " + summary.cancelled()));
        lines.add(new Line("Generated", DisplayText.rounded(summary.generated()) + " tokens"));
        if (!run.imported()) {
            var spent = summary.usage();
            lines.add(new Line("Processed", ComputeUsageText.processed(spent) + " tokens"));
            lines.add(new Line("Executed", ComputeUsageText.executed(spent) + " tokens"));
            lines.add(new Line("FLOPs", ComputeUsageText.flops(spent)));
            lines.add(new Line("FLOPs executed", ComputeUsageText.flopsExecuted(spent)));
            lines.add(new Line("Time", DisplayText.duration(summary.seconds())));
        }
        return new RunCard(List.copyOf(lines));
    }

    /// The card as text, for the clipboard.
    public String text() {
        return lines.stream().map(line -> line.name + ": " + line.value).collect(Collectors.joining("\n"));
    }

    /// One line for each model of a role.
    ///
    /// @param parameters of the first, 0 if unknown
    private static void models(Role role, long parameters, SearchConfig config, List<Line> lines) {
        var models = config.models(role);
        if (models.isEmpty()) lines.add(new Line(role.label(), "none"));
        for (int i = 0; i < models.size(); i++) {
            var model = models.get(i);
            lines.add(new Line(
                    i == 0 ? role.label() : role.label() + " " + (i + 1),
                    model(model.name(), FingerprintText.of(model.sha256(), i == 0 ? parameters : 0))));
        }
    }

    private static String model(String name, String sha256) {
        return sha256.isEmpty() ? name : name + "\nsha-256 " + sha256;
    }
}
