package dev.espalier.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.search.log.SearchTree;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchLedgerTest {
    @TempDir
    Path folder;

    /// A ledger that has forgotten a search reads the next event's number from the database, where the search may
    /// be gone meanwhile.
    @Test
    void anEventOfADeletedSearchIsToldFromALogWithAHole() throws Exception {
        var file = folder.resolve("runs.db");
        long run;
        long search;
        try (var store = RunStore.open(file)) {
            run = store.createRun(Logs.run("run"));
            search = store.createSearches(run, List.of(Logs.problem(1))).getFirst();
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA foreign_keys = ON");
            var log = Logs.bestOfN(Logs.problem(1), 2, 2, 3, 7);
            var second = LogEntry.of(1, log.get(1), SearchTree.of(log.subList(0, 2)));
            var ledger = new SearchLedger(connection);
            assertThatThrownBy(() -> ledger.append(search, second, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("event 1 of search");
            statement.executeUpdate("DELETE FROM run WHERE id = " + run);
            assertThat(new SearchLedger(connection).append(search, second, 0))
                    .as("gone")
                    .isFalse();
        }
    }
}
