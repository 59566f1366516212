package dev.espalier.experiment.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.experiment.sweep.MethodCurves;
import dev.espalier.problem.Problem;
import dev.espalier.search.FakeModels;
import dev.espalier.search.Runs;
import dev.espalier.search.SearchControl;
import dev.espalier.search.SearchModels;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.strategy.Method;
import dev.espalier.store.RunRecord;
import dev.espalier.store.RunStore;
import dev.espalier.task.Verdicts;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredPoolsTest {
    @TempDir
    Path folder;

    private RunStore store;

    @BeforeEach
    void open() {
        store = RunStore.open(folder.resolve("runs.db"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Problem problem(int number) {
        return new Problem("p" + number, "What is $%d+1$?".formatted(number), "2", null, "Algebra", 1);
    }

    /// Runs searches of four problems; those of the second and the fourth fail at a sample, unless it is -1.
    private long run(SearchConfig config, int failingAt) {
        long run = store.createRun(new RunRecord(0, "run", "", "", config, Instant.EPOCH, "0", "CPU"));
        for (int number = 0; number < 4; number++) {
            long search = store.createSearch(run, problem(number));
            var models = FakeModels.prompt();
            if (number % 2 == 1) models.failingAtSample(failingAt);
            new StoredRunner(store)
                    .run(
                            search,
                            config,
                            problem(number),
                            SearchModels.of(models.policy(), models.reward()),
                            List.of(),
                            new SearchControl(),
                            (_, _) -> {});
        }
        store.flush();
        return run;
    }

    @ParameterizedTest
    @CsvSource({
        "best-of-n, 0",
        "best-of-n, 3",
        "beam-search, 0",
        "beam-search, 5",
        "dvts, 2",
        "dvts, 6",
        "mcts, 4",
        "particle-filtering, 3",
        "revision, 1",
        "adaptive-sampling, 0",
        "greedy, 0"
    })
    void aFailedSearchKeepsItsProblemInEveryRow(String strategy, int failingAt) {
        var config = Runs.config(strategy, Map.of("N", strategy.equals("greedy") ? 1 : 4), 3);
        long run = run(config, failingAt);
        var told = new ArrayList<String>();
        var pools = StoredPools.of(store, Verdicts.NOW, List.of(run), false, told::add);
        assertThat(pools.get(config)).hasSize(4);
        assertThat(pools.get(config).stream().filter(pool -> pool.failed())).hasSize(2);
        assertThat(told).isEmpty();
        var methods = java.util.Arrays.stream(Method.values())
                .filter(method -> method.strategy().equals(strategy))
                .toList();
        for (var curve : MethodCurves.of(pools, methods, List.of(1, 2, 4)))
            for (var point : curve.points()) {
                assertThat(point.problems()).isEqualTo(4);
                assertThat(point.failed()).isEqualTo(2);
                assertThat(point.accuracy()).isLessThanOrEqualTo(0.5);
                assertThat(point.coverage()).isLessThanOrEqualTo(0.5);
            }
    }

    @Test
    void searchesThatAreNotOverAreLeftOutAndTold() {
        var config = Runs.config("best-of-n", Map.of("N", 4), 3);
        long run = run(config, -1);
        store.createSearch(run, problem(7));
        store.flush();
        var told = new ArrayList<String>();
        assertThat(StoredPools.of(store, Verdicts.NOW, List.of(run), false, told::add)
                        .get(config))
                .hasSize(4);
        assertThat(told)
                .containsExactly("Run " + run + " has 1 of 5 searches that are not finished; they are left out.");
    }
}
