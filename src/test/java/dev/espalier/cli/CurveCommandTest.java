package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.experiment.Workbench;
import dev.espalier.search.Runs;
import dev.espalier.store.RunRecord;
import dev.espalier.store.RunStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurveCommandTest {
    @TempDir
    Path folder;

    /// @param sweeps the sweeps of the runs 1, 2, …; "" for a single search
    private List<Long> selectedWithoutArguments(String... sweeps) {
        var database = folder.resolve("runs.db");
        try (var store = RunStore.open(database)) {
            for (int seed = 0; seed < sweeps.length; seed++)
                store.createRun(new RunRecord(
                        0,
                        "run",
                        sweeps[seed],
                        "set",
                        Runs.config("best-of-n", Map.of("N", 4), seed),
                        Instant.parse("2026-01-02T03:04:05Z"),
                        "0.1.0",
                        "CPU"));
        }
        try (var workbench = Workbench.open(new Workbench.Settings(database, folder.resolve("models"), List.of()))) {
            return CurveCommand.selected(workbench, List.of(), null);
        }
    }

    @Test
    void withoutArgumentsSelectsTheNewestSweepAlsoAfterSingleSearches() {
        assertThat(selectedWithoutArguments("old #1", "new #2", "new #2", "", ""))
                .containsExactly(2L, 3L);
    }

    @Test
    void withoutASweepSelectsTheNewestRun() {
        assertThat(selectedWithoutArguments("", "")).containsExactly(2L);
    }
}
