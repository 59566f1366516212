package dev.espalier.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.EspalierException;
import dev.espalier.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damages every column of every table in turn: the row reports the damage, all other rows are shown, and no parser
/// message reaches the screen.
class DamagedRowsTest {
    private static final List<String> DAMAGES =
            List.of("NULL", "''", "'nonsense'", "x'00ff'", "-7", "9223372036854775807", "'{\"a\":'", "'[1,1e400'");
    private static final List<String> FORBIDDEN = List.of(
            "Exception",
            "JSON",
            "json",
            "token",
            "enum",
            "No enum",
            "null",
            "line:",
            "column",
            "Unexpected",
            "SQLITE",
            "dev.espalier",
            "Cannot",
            "parse");

    @TempDir
    Path folder;

    private Path db;
    private long damagedRun;
    private long damagedSearch;
    private long goodRun;
    private long goodSearch;

    @BeforeEach
    void store() throws Exception {
        db = folder.resolve("runs.db");
        try (var store = RunStore.open(db)) {
            damagedRun = store.createRun(Logs.run("damaged"));
            damagedSearch = store.createSearch(damagedRun, Logs.problem(1));
            Logs.store(store, damagedSearch, Logs.bestOfN(Logs.problem(1), 2, 2, 3, 1));
            store.keep(damagedSearch, new ImportedLine(1, "{}"));
            goodRun = store.createRun(Logs.run("good"));
            goodSearch = store.createSearch(goodRun, Logs.problem(2));
            Logs.store(store, goodSearch, Logs.bestOfN(Logs.problem(2), 2, 2, 3, 1));
        }
        // Remove the constraints that prevent such values.
        sql(
                "PRAGMA writable_schema = ON",
                "UPDATE sqlite_schema SET sql = replace(replace(sql, ') STRICT', ')'), ' NOT NULL', '') WHERE type = 'table'",
                "UPDATE sqlite_schema SET sql = replace(sql, ' CHECK (status IN (''RUNNING'', ''FINISHED'', ''FAILED'', ''CANCELLED''))', '') WHERE name = 'search'");
    }

    private void sql(String... statements) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + db);
                var statement = connection.createStatement()) {
            for (var sql : statements) statement.executeUpdate(sql);
        }
    }

    private record Column(String table, String name) {
        /// The column in the rows of one run, which has one search of one problem.
        String where(long run) {
            return switch (table) {
                case "run" -> "id = " + run;
                case "problem" -> "id = (SELECT problem FROM search WHERE run = %d)".formatted(run);
                case "search" -> "run = " + run;
                case "event" -> "number = 2 AND search = (SELECT id FROM search WHERE run = %d)".formatted(run);
                case "candidate" -> "number = 0 AND search = (SELECT id FROM search WHERE run = %d)".formatted(run);
                default -> "search = (SELECT id FROM search WHERE run = %d)".formatted(run);
            };
        }
    }

    private List<Column> columns() throws Exception {
        var columns = new ArrayList<Column>();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + db);
                var statement = connection.createStatement()) {
            for (var table : List.of("run", "search", "problem", "event", "candidate", "imported")) {
                try (var row = statement.executeQuery("SELECT name FROM pragma_table_info('" + table
                        + "') WHERE NOT (name = 'id' OR name = 'search' AND pk > 0)")) {
                    while (row.next()) columns.add(new Column(table, row.getString(1)));
                }
            }
        }
        return columns;
    }

    @Test
    void everyDamagedValueIsReportedAndAffectsNothingElse() throws Exception {
        var columns = columns();
        assertThat(columns).hasSizeGreaterThan(40);
        var runs = new ArrayList<Long>();
        try (var store = RunStore.open(db)) {
            for (int i = 0; i < columns.size(); i++) {
                long run = store.createRun(Logs.run("run " + i));
                long search = store.createSearch(run, Logs.problem(10 + i));
                Logs.append(store, search, 0, Logs.bestOfN(Logs.problem(10 + i), 2, 2, 3, 1));
                store.keep(search, new ImportedLine(1, "{}"));
                store.finish(search, SearchStatus.FINISHED, 1);
                runs.add(run);
            }
        }
        var whole = Files.readAllBytes(db);
        for (var damage : DAMAGES) {
            Files.write(db, whole);
            int applied = 0;
            try (var connection = DriverManager.getConnection("jdbc:sqlite:" + db);
                    var statement = connection.createStatement()) {
                for (int i = 0; i < columns.size(); i++) {
                    try {
                        applied += statement.executeUpdate("UPDATE %s SET %s = %s WHERE %s"
                                .formatted(
                                        columns.get(i).table,
                                        columns.get(i).name,
                                        damage,
                                        columns.get(i).where(runs.get(i))));
                    } catch (SQLException impossible) {
                        // An index rejects a reference to nothing and a second run of a sweep.
                    }
                }
            }
            assertThat(applied).as(damage).isGreaterThan(columns.size() * 3 / 4);
            try (var store = RunStore.open(db)) {
                assertThat(store.runs()).as(damage).hasSize(runs.size() + 2);
                for (int i = 0; i < columns.size(); i++)
                    read(store, runs.get(i), Logs.problem(10 + i), columns.get(i) + " = " + damage);
                assertThat(store.failure()).as(damage).isNull();
                assertGoodIsWhole(store);
            }
        }
    }

    /// Every way to read or resume a run.
    private static void read(RunStore store, long run, Problem problem, String what) {
        var told = new ArrayList<String>();
        store.runs().stream().filter(found -> found.run().id() == run).forEach(found -> told.add(found.damage()));
        told.add(refusal(() -> store.run(run)));
        var searches = new ArrayList<Long>();
        told.add(refusal(() -> store.searches(run).forEach(search -> {
            searches.add(search.id());
            told.add(search.failure());
        })));
        told.add(refusal(() -> store.candidates(run, _ -> {}, search -> told.add("a candidate of search " + search))));
        for (long search : searches) {
            told.add(refusal(() -> store.search(search)));
            told.add(refusal(() -> store.events(search)));
            told.add(refusal(() -> store.log(search, 1)));
            told.add(refusal(() -> store.imported(search)));
            told.add(refusal(() -> store.reopen(search)));
        }
        told.add(refusal(() -> store.createSearches(run, List.of(problem, Logs.problem(3)))));
        assertThat(told)
                .as(what)
                .allSatisfy(sentence -> assertThat(FORBIDDEN).as(sentence).noneMatch(sentence::contains));
    }

    private void assertGoodIsWhole(RunStore store) {
        assertThat(store.runs())
                .filteredOn(run -> run.run().id() == goodRun)
                .singleElement()
                .matches(run -> !run.damaged()
                        && run.finished() == 1
                        && run.run().name().equals("good"));
        assertThat(store.run(goodRun).name()).isEqualTo("good");
        assertThat(store.searches(goodRun)).singleElement().returns(SearchStatus.FINISHED, SearchSummary::status);
        assertThat(store.events(goodSearch)).isEqualTo(Logs.bestOfN(Logs.problem(2), 2, 2, 3, 1));
        assertThat(store.candidates(goodRun)).hasSize(2);
    }

    private static String refusal(Runnable work) {
        try {
            work.run();
            return "";
        } catch (EspalierException told) {
            return told.getMessage();
        }
    }

    @Test
    void damageIsNamedInItsOwnRow() throws Exception {
        sql(
                "UPDATE run SET config = '{' WHERE id = " + damagedRun,
                "UPDATE run SET created = 'yesterday' WHERE id = " + damagedRun);
        try (var store = RunStore.open(db)) {
            assertThat(store.runs())
                    .filteredOn(RunSummary::damaged)
                    .singleElement()
                    .returns("damaged", run -> run.run().name())
                    .returns(
                            "Damaged: the configuration, date of run %d cannot be read.".formatted(damagedRun),
                            RunSummary::damage);
            assertThat(refusal(() -> store.run(damagedRun)))
                    .contains("Run " + damagedRun, "configuration", "The other runs are not affected");
        }
    }

    @Test
    void aRunWithADamagedDateStillOpens() throws Exception {
        sql("UPDATE run SET created = 'yesterday' WHERE id = " + damagedRun);
        try (var store = RunStore.open(db)) {
            assertThat(store.run(damagedRun).config()).isEqualTo(Logs.CONFIG);
            assertThat(store.searches(damagedRun))
                    .singleElement()
                    .returns(SearchStatus.FINISHED, SearchSummary::status);
        }
    }

    @Test
    void aSearchWithADamagedValueIsNamedAndCannotBeResumed() throws Exception {
        sql("UPDATE search SET status = 'SLEEPING' WHERE id = " + damagedSearch);
        try (var store = RunStore.open(db)) {
            assertThat(store.searches(damagedRun))
                    .singleElement()
                    .returns(SearchStatus.DAMAGED, SearchSummary::status)
                    .returns(
                            "Damaged: the status of search %d cannot be read.".formatted(damagedSearch),
                            SearchSummary::failure)
                    .matches(search -> !search.status().resumable());
            assertThat(refusal(() -> store.reopen(damagedSearch))).contains("Search " + damagedSearch, "damaged");
        }
    }

    @Test
    void eventsThatDoNotFitTogetherAreADamagedLog() throws Exception {
        for (var damage : List.of(
                "DELETE FROM event WHERE search = %d AND number = 3",
                "UPDATE event SET payload = replace(payload, '\"parent\":0', '\"parent\":77') WHERE search = %d AND number = 2",
                "UPDATE event SET payload = replace(payload, '\"parent\":0', '\"parent\":-1') WHERE search = %d AND number = 2")) {
            var whole = Files.readAllBytes(db);
            sql(damage.formatted(damagedSearch));
            try (var store = RunStore.open(db)) {
                Predicate<String> named =
                        sentence -> sentence.contains("search " + damagedSearch) && sentence.contains("damaged");
                assertThat(refusal(() -> store.events(damagedSearch)))
                        .as(damage)
                        .matches(named);
            }
            Files.write(db, whole);
        }
    }
}
