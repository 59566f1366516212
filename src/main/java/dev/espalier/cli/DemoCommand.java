package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.experiment.Workbench;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.sweep.SweepSpec;
import dev.espalier.figure.CurveFigure;
import dev.espalier.figure.Figure;
import dev.espalier.figure.Png;
import dev.espalier.figure.ScoresFigure;
import dev.espalier.figure.TaskText;
import dev.espalier.figure.Theme;
import dev.espalier.figure.TreeFigure;
import dev.espalier.figure.TreeLayout;
import dev.espalier.figure.TreeMarks;
import dev.espalier.figure.VotesFigure;
import dev.espalier.io.Home;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.strategy.Method;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import dev.espalier.store.SearchSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description =
                "Runs a small sweep with the sample models, prints its table, and draws a tree, its votes, its step scores and the curves.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  espalier demo --out demo"})
final class DemoCommand implements Callable<Integer> {
    private static final List<Integer> BUDGETS = List.of(1, 4, 16);
    private static final int BEAM_WIDTH = 4;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for the figures and the database (default: demo; under Maven target/demo).")
    Path out = Path.of(System.getProperty("espalier.demo", "demo"));

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "80",
            description = "Number of problems (default: ${DEFAULT-VALUE}).")
    int limit;

    @Mixin
    CommonOptions common = new CommonOptions();

    @Mixin
    ModelOptions models = new ModelOptions();

    @Override
    public Integer call() throws Exception {
        if (common.db == null) common.db = freshDatabase();
        var sweep = new EspalierCommand() {
            @Override
            int run(Workbench workbench) throws InterruptedException {
                return demonstrate(workbench, console);
            }
        };
        sweep.common = common;
        return sweep.call();
    }

    /// Deletes the last demonstration's database: the demonstration shows searches running, so it must not resume.
    private Path freshDatabase() {
        try {
            Files.createDirectories(out);
            var db = out.resolve("demo.db");
            for (var suffix : List.of("", "-wal", "-shm")) Files.deleteIfExists(out.resolve("demo.db" + suffix));
            return db;
        } catch (IOException e) {
            throw new EspalierException(
                    "The folder %s cannot be written (%s). Choose another with --out.".formatted(out, e.getMessage()),
                    e);
        }
    }

    private int demonstrate(Workbench workbench, Console console) throws InterruptedException {
        long start = System.nanoTime();
        var file = Home.sampleProblems().resolve("test.jsonl");
        var problems = CommonOptions.problems(file, limit, console);
        var policy = models.policy(workbench);
        var prm = models.prm(workbench);
        console.message("Espalier runs %d problems with %s and %s: %s at N = 1, 4, 16."
                .formatted(problems.size(), policy, prm, String.join(", ", Method.words(Method.DEFAULTS))));
        var sweep = workbench
                .sweeps()
                .start(new SweepSpec(
                        "demo",
                        "test",
                        problems,
                        policy,
                        prm,
                        Method.words(Method.DEFAULTS),
                        BUDGETS,
                        BEAM_WIDTH,
                        models.generation(workbench, policy, problems),
                        Reduction.LAST,
                        List.of(0L)));
        var outcome = SweepCommand.await(sweep, console);
        if (outcome.end() != Outcome.End.FINISHED) {
            console.message(outcome.message());
            return outcome.end() == Outcome.End.CANCELLED ? EspalierCommand.CANCELLED : EspalierCommand.FAILED;
        }
        var curves = sweep.progress().curves();
        if (common.json) console.json(CurveDocument.json(curves));
        else console.print(CurveDocument.table(curves).toString());
        draw("curve", new CurveFigure(curves), 960, 600);
        draw(workbench);
        console.message("Figures in %s: tree, votes, scores, curve, each light and dark. All events are in %s."
                .formatted(out, common.database()));
        console.message("Took %s.".formatted(Console.seconds((System.nanoTime() - start) * 1e-9)));
        return EspalierCommand.DONE;
    }

    /// Draws the most interesting beam search: the one with the most answer groups, preferably correct.
    private void draw(Workbench workbench) {
        var run = workbench.runs().list().stream()
                .filter(summary -> summary.run().config().strategy().equals("beam-search")
                        && summary.run().config().n() == 16)
                .findFirst()
                .orElseThrow();
        record Example(SearchSummary search, SearchTree tree, Tally tally) {}
        var example = workbench.runs().searches(run.run().id()).stream()
                .map(search -> {
                    var tree =
                            SearchTree.of(workbench.runs().search(search.id()).events());
                    return new Example(
                            search,
                            tree,
                            workbench
                                    .grading()
                                    .tally(
                                            tree,
                                            search.problem(),
                                            run.run().config().reduction()));
                })
                .max(Comparator.comparing((Example s) -> s.tally()
                                .elect(Vote.NAIVE)
                                .filter(Tally.Group::correct)
                                .isPresent())
                        .thenComparingInt(s -> s.tally().groups().size()))
                .orElseThrow();
        var marks = TreeMarks.of(
                example.tree(),
                example.tally(),
                Vote.NAIVE,
                example.search().problem().gold() != null,
                TaskText.MATHEMATICS);
        draw(
                "tree",
                TreeFigure.fitting(TreeLayout.of(example.tree()), marks),
                1200,
                150 + 85 * example.tree().maxDepth());
        draw("votes", new VotesFigure(example.tally(), null, TaskText.MATHEMATICS), 640, 320);
        draw("scores", ScoresFigure.of(example.tree(), marks.highlighted()), 640, 320);
    }

    private void draw(String name, Figure figure, int width, int height) {
        Png.write(figure, out.resolve(name + ".png"), width, height, 2, Theme.light());
        Png.write(figure, out.resolve(name + "-dark.png"), width, height, 2, Theme.dark());
    }
}
