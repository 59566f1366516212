package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.io.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Resuming `espalier run` over a file, and a database that disappears.
@Timeout(120)
class ResumeRunTest {
    private static final String[] RUN = {"run", "--limit", "4", "--strategy", "best-of-n", "-n", "2", "--json"};

    @TempDir
    Path folder;

    private Path db;

    @BeforeEach
    void samples() {
        assumeTrue(Files.isDirectory(Home.sampleModels()), "the sample models are not here");
        db = folder.resolve("r.db");
    }

    private CommandResult run(String... more) {
        var all = new ArrayList<>(List.of(RUN));
        all.addAll(List.of(more));
        all.addAll(List.of("--db", db.toString()));
        return CommandResult.execute(all.toArray(String[]::new));
    }

    private void sql(String sql) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + db);
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private static List<JsonNode> answers(CommandResult result) {
        return result.documents().stream()
                .map(document -> document.path("groups"))
                .toList();
    }

    @Test
    void resumeSearchesOnlyTheMissingProblems() throws Exception {
        var whole = run();
        assertThat(whole.code()).as(whole.err()).isZero();
        // The state after a kill: two searches finished, one partial, one not started.
        sql("UPDATE search SET status = 'RUNNING', events = 3 WHERE id = 3");
        sql("DELETE FROM event WHERE search = 3 AND number > 2");
        sql("UPDATE search SET status = 'RUNNING', events = 0 WHERE id = 4");
        sql("DELETE FROM event WHERE search = 4");
        sql("DELETE FROM candidate WHERE search > 2");

        var resumed = run("--resume");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("Resuming run 1: 2 of its 4 searches are finished.");
        assertThat(answers(resumed)).isEqualTo(answers(whole));
        assertThat(resumed.documents())
                .extracting(document -> document.path("search").asInt())
                .containsExactly(1, 2, 3, 4);
        assertThat(CommandResult.execute("runs", "--db", db.toString(), "--json")
                        .documents())
                .hasSize(1);
    }

    @Test
    void withoutResumeANewRunStartsAndTheUnfinishedOneIsReported() throws Exception {
        run();
        sql("UPDATE search SET status = 'CANCELLED' WHERE id = 4");
        var again = run();
        assertThat(again.code()).isZero();
        assertThat(again.err())
                .contains("Run 1 of the same command stopped at 3 of 4 searches.")
                .contains("--resume");
        assertThat(again.documents())
                .extracting(document -> document.path("search").asInt())
                .containsExactly(5, 6, 7, 8);
        assertThat(run("--resume", "--seed", "1").err()).contains("There is no unfinished run of this command");
    }

    @Test
    void aDamagedSearchIsReportedAndTheOthersRun() throws Exception {
        run();
        sql(
                "PRAGMA ignore_check_constraints = ON; UPDATE search SET status = 'SLEEPING' WHERE id = 2; UPDATE search SET status = 'CANCELLED' WHERE id = 4");
        var resumed = run("--resume");
        assertThat(resumed.code()).isEqualTo(1);
        assertThat(resumed.documents())
                .extracting(document -> document.path("end").asString())
                .containsExactly("finished", "failed", "finished", "finished");
        assertThat(resumed.documents().get(1).path("message").asString())
                .contains("the status of search 2 cannot be read");
    }

    @Test
    void damagedRunsAreListedWithTheOthers() throws Exception {
        run();
        run("--seed", "1");
        sql("UPDATE run SET config = '{', created = 'yesterday' WHERE id = 1");
        var list = CommandResult.execute("runs", "--db", db.toString());
        assertThat(list.code()).isZero();
        assertThat(list.err()).contains("Damaged: the configuration, date of run 1 cannot be read.");
        assertThat(list.out()).contains("best-of-n N=2 seed 1");
        assertThat(CommandResult.execute("runs", "--db", db.toString(), "--json")
                        .documents())
                .extracting(document -> document.has("damage"))
                .containsExactly(false, true);
        assertThat(CommandResult.execute("runs", "1", "--db", db.toString()).err())
                .contains("Damaged");
        var show = CommandResult.execute("show", "1", "--db", db.toString());
        assertThat(show.code()).isEqualTo(1);
        assertThat(show.err()).contains("Run 1 is damaged");
        var curve = CommandResult.execute("curve", "1", "2", "--db", db.toString());
        assertThat(curve.code()).as(curve.err()).isZero();
        assertThat(curve.err()).contains("Run 1 is damaged");
        sql("UPDATE candidate SET scores = '[' WHERE search = 5");
        assertThat(CommandResult.execute("curve", "2", "--db", db.toString()).err())
                .contains("a candidate of search 5 cannot be read. It is left out.");
    }
}
