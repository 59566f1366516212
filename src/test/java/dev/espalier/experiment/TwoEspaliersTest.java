package dev.espalier.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.sweep.LiveSweep;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Sweeps whose database another program uses, changes or removes.
@Timeout(300)
class TwoEspaliersTest {
    @TempDir
    Path folder;

    @Test
    void aSweepThatAnotherProcessRunsIsRefusedUntilThatIsKilled() throws Exception {
        var db = folder.resolve("runs.db");
        var other = KilledSweep.start(db, 40);
        try (var out = new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8));
                var workbench = SampleBench.open(db)) {
            for (var line = out.readLine(); line.equals("done 0"); line = out.readLine())
                assertThat(line).startsWith("done");
            var refused = workbench
                    .sweeps()
                    .start(SampleBench.sweep(workbench, 40))
                    .done()
                    .get(1, TimeUnit.MINUTES);
            assertThat(refused.end()).isEqualTo(Outcome.End.FAILED);
            assertThat(refused.message()).contains("is being run by another Espalier (process " + other.pid() + ")");
            var running = workbench.runs().list().stream()
                    .filter(run -> run.owner() != null)
                    .findFirst()
                    .orElseThrow();
            assertThat(running.owner().process()).isEqualTo(other.pid());
            assertThat(workbench.runs().searches(running.run().id())).isNotEmpty();

            other.destroyForcibly().waitFor();
            assertThat(workbench.runs().list()).allMatch(run -> run.owner() == null);
            var sweep = workbench.sweeps().start(SampleBench.sweep(workbench, 40));
            while (sweep.progress().done() == 0 && !sweep.done().isDone()) Thread.onSpinWait();
            sweep.cancel();
            assertThat(sweep.done().get(1, TimeUnit.MINUTES)).isEqualTo(new Outcome(Outcome.End.CANCELLED, ""));
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    /// A sweep that has begun and will run for a while.
    private static LiveSweep begun(Workbench workbench) {
        var sweep = workbench.sweeps().start(SampleBench.sweep(workbench, 40));
        while (sweep.progress().done() == 0 && !sweep.done().isDone()) Thread.onSpinWait();
        return sweep;
    }

    @Test
    void theSameSweepDoesNotRunTwiceInOneEspalier() throws Exception {
        try (var workbench = SampleBench.open(folder.resolve("runs.db"))) {
            var sweep = begun(workbench);
            var second = workbench.sweeps().start(sweep.spec()).done().get(1, TimeUnit.MINUTES);
            assertThat(second.message()).contains("is running already");
            sweep.cancel();
            sweep.done().get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void aRunDeletedElsewhereEndsItsSweepWithASentence() throws Exception {
        var db = folder.resolve("runs.db");
        try (var workbench = SampleBench.open(db)) {
            var sweep = begun(workbench);
            try (var connection = DriverManager.getConnection("jdbc:sqlite:" + db);
                    var statement = connection.createStatement()) {
                statement.executeUpdate("PRAGMA foreign_keys = ON");
                statement.executeUpdate("PRAGMA busy_timeout = 10000");
                statement.executeUpdate("DELETE FROM run");
            }
            var outcome = sweep.done().get(1, TimeUnit.MINUTES);
            assertThat(outcome.end()).isEqualTo(Outcome.End.FAILED);
            assertThat(outcome.message()).contains("was deleted by another program while it was running");
            assertThat(sweep.progress().done()).isLessThan(sweep.progress().total());
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aDeletedDatabaseEndsItsSweepAndTheRescuedOneContinues() throws Exception {
        var db = folder.resolve("runs.db");
        var workbench = SampleBench.open(db);
        var sweep = begun(workbench);
        Files.delete(db);
        var outcome = sweep.done().get(1, TimeUnit.MINUTES);
        assertThat(outcome.end()).isEqualTo(Outcome.End.FAILED);
        assertThat(outcome.message()).contains("was deleted while Espalier was writing to it", "runs-rescued.db");
        int done = sweep.progress().done();
        org.assertj.core.api.Assertions.assertThatThrownBy(workbench::close).hasMessage(outcome.message());
        try (var rescued = SampleBench.open(folder.resolve("runs-rescued.db"))) {
            assertThat(rescued.runs().list().stream()
                            .mapToInt(run -> run.finished())
                            .sum())
                    .as("finished before it was deleted")
                    .isGreaterThanOrEqualTo(1)
                    .isLessThanOrEqualTo(done);
            var again = begun(rescued);
            again.cancel();
            assertThat(again.done().get(1, TimeUnit.MINUTES).end()).isEqualTo(Outcome.End.CANCELLED);
        }
    }
}
