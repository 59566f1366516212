package dev.espalier.experiment;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.experiment.run.SearchSpec;
import dev.espalier.experiment.sweep.SweepSpec;
import dev.espalier.io.Home;
import dev.espalier.problem.Problem;
import dev.espalier.problem.ProblemFile;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Workbenches with the sample models and problems.
final class SampleBench {
    private SampleBench() {}

    static Workbench open(Path database) {
        assumeTrue(Files.isDirectory(Home.sampleModels()), "the sample models are not here");
        return Workbench.open(new Workbench.Settings(database, Home.sampleModels(), List.of()));
    }

    static List<Problem> problems(int count) {
        return ProblemFile.read(Home.sampleProblems().resolve("dev.jsonl"))
                .problems()
                .subList(0, count);
    }

    static SearchSpec spec(Workbench workbench, Problem problem, String strategy, Map<String, Integer> parameters) {
        return new SearchSpec(
                problem,
                "policy-small",
                "prm",
                strategy,
                Parameters.of(parameters),
                workbench.models().generation("policy-small"),
                Reduction.LAST,
                7);
    }

    static SweepSpec sweep(Workbench workbench, int problems) {
        return new SweepSpec(
                "test",
                "dev",
                problems(problems),
                "policy-small",
                "prm",
                List.of("greedy", "majority", "weighted", "beam-search", "dvts"),
                List.of(1, 4, 8),
                4,
                workbench.models().generation("policy-small"),
                Reduction.LAST,
                List.of(1L));
    }
}
