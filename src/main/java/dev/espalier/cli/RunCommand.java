package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.experiment.Workbench;
import dev.espalier.experiment.run.ComputeUsageText;
import dev.espalier.experiment.run.LiveSearch;
import dev.espalier.experiment.run.MissingGold;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.run.SearchSpec;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.ComputeUsage;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import dev.espalier.task.Task;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        description = "Searches one problem, or every problem of a file.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  espalier run \"What is $3 + 4 \\\\cdot 5$?\" --strategy beam-search -n 16",
            "  espalier run --problems sample-data/problems/test.jsonl --limit 20 --strategy dvts -n 16 -m 4 --json",
            "  espalier run --problems sample-data/problems/test.jsonl --strategy dvts -n 16 --resume      resumes after Ctrl+C or a power cut",
            "  espalier run --limit 20 --mode parity --strategy beam-search -n 16 --set sort-completed=yes",
            "  espalier run --id test-0007 --strategy mcts -n 16 --set c=2",
            "  espalier run --id test-0007 --strategy best-of-n -n 64 --seed 3"
        })
final class RunCommand extends EspalierCommand {
    private static final int WARNINGS_SHOWN = 3;

    @Parameters(
            arity = "0..1",
            paramLabel = "PROBLEM",
            description = "Text of the problem (default: the problems of --problems).")
    @Nullable
    String text;

    @Option(names = "--gold", paramLabel = "ANSWER", description = "Gold answer of a typed problem.")
    @Nullable
    String gold;

    @Option(
            names = "--problems",
            paramLabel = "FILE",
            description =
                    "File of problems: JSON lines, JSON, CSV, TSV or Parquet; docs/files.md lists the fields (default: the sample test set).")
    @Nullable
    Path problems;

    @Option(names = "--id", paramLabel = "ID", description = "Only the problem with this id.")
    @Nullable
    String id;

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "0",
            description = "Maximum number of problems, spread evenly over the file (default: all).")
    int limit;

    @Option(
            names = "--resume",
            description =
                    "Resumes the unfinished run of the same command: reads finished problems from the database and searches the others.")
    boolean resume;

    @Mixin
    StrategyOptions strategy = new StrategyOptions();

    @Option(names = "--seed", defaultValue = "0", description = "Seed (default: ${DEFAULT-VALUE}).")
    long seed;

    @Mixin
    ModelOptions models = new ModelOptions();

    @Override
    int run(Workbench workbench) throws InterruptedException {
        var file = CommonOptions.problems(problems);
        var selected = text == null ? selected(file) : List.of(Problem.typed(text, gold));
        var policy = models.policy(workbench);
        var plainText = workbench.models().plainTextNote(policy);
        if (!plainText.isEmpty()) console.message(plainText);
        var generation = strategy.generation(models.generation(workbench, policy, selected), models.sampling.limited());
        var order = new SearchSpec(
                selected.getFirst(),
                policy,
                models.prm(workbench),
                strategy.strategy,
                strategy.parameters(),
                strategy.mode(),
                generation,
                models.reduction(),
                seed);
        var set = text == null ? CommonOptions.set(file) : "";
        var searches = searches(workbench, order, selected, set);
        searches.forEach(LiveSearch::dropEvents);
        int right = 0;
        int failed = 0;
        boolean cancelled = false;
        for (int i = 0; i < searches.size(); i++) {
            var live = searches.get(i);
            var outcome = live.done().join();
            if (outcome.end() == Outcome.End.FAILED) failed++;
            cancelled |= outcome.end() == Outcome.End.CANCELLED;
            var tree = live.tree();
            var tally = workbench.grading().tally(tree, live.order().problem(), order.reduction());
            // A search that failed has no answer, whatever its candidates so far say.
            if (outcome.end() == Outcome.End.FINISHED
                    && tally.elect(Vote.NAIVE).filter(Tally.Group::correct).isPresent()) right++;
            report(live, outcome, tree, tally, workbench.runs().usage(live.id()));
            if (searches.size() > 1) console.progress(i + 1, searches.size(), "");
        }
        if (searches.size() > 1) {
            int graded =
                    searches.size() - MissingGold.of(selected, order.mode()).missing();
            if (graded > 0)
                console.message("best-of-N right on %d of %d problems%s."
                        .formatted(
                                right, graded, failed == 0 ? "" : ", " + failed + " failed, which count as not right"));
        }
        if (text == null) MissingGold.of(selected, order.mode()).sentence().ifPresent(console::message);
        return cancelled ? CANCELLED : failed > 0 ? FAILED : DONE;
    }

    private List<LiveSearch> searches(Workbench workbench, SearchSpec order, List<Problem> selected, String set) {
        var unfinished = workbench.searches().unfinished(order, selected, set);
        if (unfinished != null && resume) {
            console.message("Resuming run %d: %d of its %d searches are finished."
                    .formatted(unfinished.run().id(), unfinished.finished(), unfinished.searches()));
            return workbench.searches().resumeAll(unfinished.run().id(), order, selected);
        }
        if (resume) console.message("There is no unfinished run of this command. Starting a new one.");
        if (unfinished != null && unfinished.owner() == null) {
            console.message(
                    "Run %d of the same command stopped at %d of %d searches. Starting a new run. To resume the old one, add --resume."
                            .formatted(unfinished.run().id(), unfinished.finished(), unfinished.searches()));
        }
        return workbench.searches().startAll(order, selected, set);
    }

    private List<Problem> selected(Path file) {
        var all = CommonOptions.problems(file, id == null ? limit : 0, console);
        if (id == null) return all;
        return List.of(all.stream()
                .filter(problem -> problem.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new EspalierException("There is no problem \"%s\" in %s. Its first is \"%s\"."
                        .formatted(id, file, all.getFirst().id()))));
    }

    private void report(LiveSearch live, Outcome outcome, SearchTree tree, Tally tally, ComputeUsage spent) {
        if (common.json) {
            console.json(document(live, outcome, tree, tally, spent));
            return;
        }
        var problem = live.order().problem();
        console.print("%s  %s".formatted(problem.id(), problem.text().strip()));
        if (!outcome.message().isEmpty()) console.message("  failed: " + outcome.message());
        warn(tree.warnings());
        var table = new Table("  answer", "votes", "sum", "best", "");
        for (var group : tally.groups()) {
            table.row(
                    "  " + (group.answered() ? group.display() : "–"),
                    group.votes(),
                    group.scored() ? "%.2f".formatted(group.sum()) : "–",
                    group.scored() ? "%.2f".formatted(group.best()) : "–",
                    (correct(live, group) == null ? "" : group.correct() ? "right" : "wrong")
                            + (group.guesses() == 0 ? "" : "  (%d by the last number)".formatted(group.guesses())));
        }
        console.print(table.toString());
        for (var vote : Vote.values())
            tally.elect(vote)
                    .ifPresent(group -> console.print(
                            "  %-10s %s".formatted(vote.label(), group.answered() ? group.display() : "–")));
        console.print("  %d candidates, %d nodes, %d tokens, search %d"
                .formatted(
                        tally.candidates(),
                        tree.nodes().size() - 1,
                        tree.policyCost().generated(),
                        live.id()));
        console.print("  processed: %s; FLOPs: %s"
                .formatted(ComputeUsageText.processed(spent), ComputeUsageText.flops(spent)));
        console.print("  executed:  %s; FLOPs: %s; %.2f s"
                .formatted(ComputeUsageText.executed(spent), ComputeUsageText.flopsExecuted(spent), spent.seconds()));
    }

    private void warn(List<String> warnings) {
        warnings.stream().limit(WARNINGS_SHOWN).forEach(warning -> console.message("  " + warning));
        if (warnings.size() > WARNINGS_SHOWN)
            console.message("  … and %d more warnings; --json lists all.".formatted(warnings.size() - WARNINGS_SHOWN));
    }

    private static Map<String, Object> document(
            LiveSearch live, Outcome outcome, SearchTree tree, Tally tally, ComputeUsage spent) {
        var document = new LinkedHashMap<String, Object>();
        var problem = live.order().problem();
        document.put("search", live.id());
        document.put("problem", problem.id());
        document.put("level", problem.level());
        document.put("gold", problem.gold());
        document.put("strategy", live.order().strategy());
        document.put("mode", live.order().mode().label());
        document.put("parameters", live.order().parameters().plain());
        document.put("seed", live.order().seed());
        document.put("end", outcome.end().name().toLowerCase(java.util.Locale.ROOT));
        if (!outcome.message().isEmpty()) document.put("message", outcome.message());
        if (!tree.warnings().isEmpty()) document.put("warnings", List.copyOf(tree.warnings()));
        var task = live.order().mode().task(live.order().problem());
        document.put("task", task.name());
        for (var vote : Vote.values()) {
            tally.elect(vote).ifPresent(group -> {
                var elected = new LinkedHashMap<String, @Nullable Object>();
                elected.put("answer", group.display());
                elected.put("correct", correct(live, group));
                document.put(vote.label(), elected);
            });
        }
        document.put(
                "groups",
                tally.groups().stream().map(group -> group(live, task, group)).toList());
        document.put("candidates", tally.candidates());
        document.put("generated_tokens", tree.policyCost().generated());
        document.put("spent", ComputeUsageDocument.of(spent));
        return document;
    }

    private static Map<String, @Nullable Object> group(LiveSearch live, Task task, Tally.Group group) {
        var document = new LinkedHashMap<String, @Nullable Object>();
        document.put("answer", group.display());
        document.put("canonical", group.key());
        document.put("votes", group.votes());
        document.put("sum", group.scored() ? group.sum() : null);
        document.put("best", group.scored() ? group.best() : null);
        document.put("correct", correct(live, group));
        document.put("last_number", group.guesses());
        document.put(
                "written",
                group.written().stream()
                        .map(way -> Map.of(
                                "text",
                                way.text(),
                                "votes",
                                way.votes(),
                                "rule",
                                task.sameness(group.display(), way.text())))
                        .toList());
        return document;
    }

    /// Returns null if the problem has no gold answer: then no answer is right or wrong.
    private static @Nullable Boolean correct(LiveSearch live, Tally.Group group) {
        var problem = live.order().problem();
        return live.order().mode().task(problem).gradable(problem) ? group.correct() : null;
    }
}
