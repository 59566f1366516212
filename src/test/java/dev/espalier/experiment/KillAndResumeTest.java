package dev.espalier.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.experiment.run.Outcome;
import dev.espalier.store.RunStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class KillAndResumeTest {
    private static final int KILLS = 3;

    @TempDir
    Path folder;

    @Test
    void aSweepKilledAtRandomMomentsAndResumedHasTheLogsOfAnUninterruptedOne() throws Exception {
        var whole = logs(folder.resolve("whole.db"));
        var killed = folder.resolve("killed.db");
        var random = new Random(42);
        for (int kill = 0; kill < KILLS; kill++) runAndKill(killed, random.nextInt(1200));
        assertThat(logs(killed)).isEqualTo(whole);
    }

    /// Waits for a process to report progress, lets it run a while, and kills it (SIGKILL).
    private static void runAndKill(Path database, int millis) throws Exception {
        var process = KilledSweep.start(database, KilledSweep.PROBLEMS);
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).startsWith("done");
            process.waitFor(millis, TimeUnit.MILLISECONDS);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /// Finishes the sweep and returns the logical log of each search.
    private static TreeMap<String, String> logs(Path database) throws Exception {
        var logs = new TreeMap<String, String>();
        try (var workbench = SampleBench.open(database)) {
            var outcome = workbench
                    .sweeps()
                    .start(SampleBench.sweep(workbench, KilledSweep.PROBLEMS))
                    .done()
                    .get(5, TimeUnit.MINUTES);
            assertThat(outcome).isEqualTo(new Outcome(Outcome.End.FINISHED, ""));
            for (var run : workbench.runs().list()) {
                for (var search : workbench.runs().searches(run.run().id())) {
                    logs.put(
                            run.run().config().strategy() + run.run().config().parameters() + " "
                                    + search.problem().id(),
                            RunStore.logicalHash(
                                    workbench.runs().search(search.id()).events()));
                }
            }
        }
        return logs;
    }
}
