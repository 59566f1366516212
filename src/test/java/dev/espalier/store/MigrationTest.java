package dev.espalier.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationTest {
    @TempDir
    Path folder;

    @Test
    void aSweepWhoseRunsWereMadeTwiceKeepsTheFullerOnes() throws Exception {
        var db = folder.resolve("runs.db");
        var five = new Migrations(Migrations.bundled().scripts().subList(0, 5));
        try (var raw = DatabaseFile.open(db)) {
            DatabaseFile.create(db, raw, five).close();
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + db);
                var statement = connection.createStatement()) {
            statement.executeUpdate(
                    "INSERT INTO problem (id, hash, key, text, subject, level) VALUES (1, 'h', 'p', 't', '', 0)");
            int id = 1;
            for (var run : List.of(
                    "'s #1', 'a'",
                    "'s #1', 'b'",
                    "'s #1', 'a'",
                    "'s #1', 'a'",
                    "'', 'a'",
                    "'', 'a'",
                    "'other #2', 'a'")) {
                statement.executeUpdate(
                        "INSERT INTO run (id, name, sweep, config, problem_set, strategy, created, version, device) VALUES (%d, 'run %d', %s, '', '', '', '', '')"
                                .formatted(id, id++, run));
            }
            statement.executeUpdate(
                    "INSERT INTO search (run, problem, problem_key, status) VALUES (1, 1, 'p', 'RUNNING'), (3, 1, 'p', 'FINISHED'), (4, 1, 'p', 'FAILED')");
        }
        RunStore.open(db).close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + db);
                var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "SELECT group_concat(name || ': ' || sweep, ', ') FROM (SELECT name, sweep FROM run ORDER BY id)")) {
            assertThat(row.getString(1))
                    .isEqualTo(
                            "run 1 (second of run 3): , run 2: s #1, run 3: s #1, run 4 (second of run 3): , run 5: , run 6: , run 7: other #2");
        }
    }
}
