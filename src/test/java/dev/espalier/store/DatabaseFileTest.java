package dev.espalier.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.model.Cost;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which files the store opens, and that it leaves the others unchanged.
class DatabaseFileTest {
    @TempDir
    Path folder;

    private Path db;

    @BeforeEach
    void name() {
        db = folder.resolve("runs.db");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> assertThatOpeningFails() {
        return assertThatThrownBy(() -> RunStore.open(db).close()).isInstanceOf(EspalierException.class);
    }

    private static Connection connect(Path file) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    private void sql(String... statements) throws SQLException {
        try (var connection = connect(db);
                var statement = connection.createStatement()) {
            for (var sql : statements) statement.executeUpdate(sql);
        }
    }

    private int pragma(String name) throws SQLException {
        try (var connection = connect(db);
                var statement = connection.createStatement();
                var row = statement.executeQuery("PRAGMA " + name)) {
            return row.getInt(1);
        }
    }

    @Test
    void aMissingFileIsCreatedWithItsFoldersAndMarkedAsEspaliers() throws Exception {
        db = folder.resolve("some").resolve("where").resolve("my runs.db");
        RunStore.open(db).close();
        assertThat(pragma("application_id")).isEqualTo(DatabaseFile.APPLICATION_ID);
        assertThat(pragma("user_version")).isEqualTo(Migrations.bundled().version());
        try (var files = Files.list(db.getParent())) {
            assertThat(files).containsExactly(db); // the write-ahead log is folded in
        }
    }

    @Test
    void anyNameAFolderCanHaveWillDo() throws Exception {
        db = folder.resolve("50 % off? #1 (ü数)").resolve("runs.db");
        RunStore.open(db).close();
        assertThat(Files.size(db)).isPositive();
        try (var files = Files.list(db.getParent());
                var folders = Files.list(folder)) {
            assertThat(files).containsExactly(db);
            assertThat(folders).containsExactly(db.getParent());
        }
    }

    @Test
    void anEmptyFileIsFilled() throws Exception {
        Files.createFile(db);
        RunStore.open(db).close();
        assertThat(pragma("application_id")).isEqualTo(DatabaseFile.APPLICATION_ID);
    }

    @Test
    void aFileThatIsNoDatabaseIsLeftUntouched() throws Exception {
        Files.writeString(db, "Dear diary, today I searched trees. ".repeat(10));
        var before = Files.readAllBytes(db);
        assertThatOpeningFails()
                .hasMessageContainingAll(db.toString(), "not a SQLite database", "left untouched", "--db");
        assertThat(Files.readAllBytes(db)).isEqualTo(before);
    }

    @Test
    void aShortFileIsNoDatabase() throws Exception {
        Files.writeString(db, "hi");
        assertThatOpeningFails().hasMessageContaining("left untouched");
        assertThat(db).hasContent("hi");
    }

    @Test
    void aDatabaseOfAnotherProgramIsLeftUntouched() throws Exception {
        sql("CREATE TABLE song (title TEXT)", "INSERT INTO song VALUES ('Yesterday')");
        var before = Files.readAllBytes(db);
        assertThatOpeningFails().hasMessageContainingAll(db.toString(), "another program", "--db");
        assertThat(Files.readAllBytes(db)).isEqualTo(before);
    }

    @Test
    void aDatabaseOfANewerEspalierIsLeftUntouched() throws Exception {
        RunStore.open(db).close();
        sql("PRAGMA user_version = 99");
        var before = Files.readAllBytes(db);
        assertThatOpeningFails().hasMessageContainingAll("newer Espalier", "version 99", "update Espalier");
        assertThat(Files.readAllBytes(db)).isEqualTo(before);
    }

    @Test
    void damageIsReported() throws Exception {
        try (var store = RunStore.open(db)) {
            long search = store.createSearch(store.createRun(Logs.run("run")), Logs.problem(1));
            Logs.store(store, search, Logs.bestOfN(Logs.problem(1), 20, 5, 30, 1));
        }
        var bytes = Files.readAllBytes(db);
        var noise = new byte[bytes.length - 100];
        new Random(3).nextBytes(noise);
        System.arraycopy(noise, 0, bytes, 100, noise.length); // the header stays
        Files.write(db, bytes);

        assertThatOpeningFails().hasMessageContainingAll(db.toString(), "damaged", "--db");
        assertThat(Files.readAllBytes(db)).isEqualTo(bytes);
    }

    @Test
    void damageDeepInsideIsReportedOnReading() throws Exception {
        long search;
        try (var store = RunStore.open(db)) {
            search = store.createSearch(store.createRun(Logs.run("run")), Logs.problem(1));
            Logs.store(store, search, Logs.bestOfN(Logs.problem(1), 20, 5, 30, 1));
        }
        var bytes = Files.readAllBytes(db);
        int page = pragma("page_size");
        int root = rootPage("event");
        Arrays.fill(bytes, (root - 1) * page, root * page, (byte) 0x5a);
        Files.write(db, bytes);

        try (var store = RunStore.open(db)) {
            assertThat(store.runs()).hasSize(1);
            assertThatThrownBy(() -> store.events(search))
                    .isInstanceOf(EspalierException.class)
                    .hasMessageContaining("damaged");
        }
    }

    private int rootPage(String table) throws SQLException {
        try (var connection = connect(db);
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'")) {
            return row.getInt(1);
        }
    }

    @Test
    void anUnreadableEventIsNamed() throws Exception {
        long search;
        try (var store = RunStore.open(db)) {
            search = store.createSearch(store.createRun(Logs.run("run")), Logs.problem(1));
            Logs.store(store, search, Logs.bestOfN(Logs.problem(1), 2, 2, 3, 1));
        }
        sql("UPDATE event SET payload = '{\"requests\":' WHERE number = 1");
        try (var store = RunStore.open(db)) {
            assertThatThrownBy(() -> store.events(search))
                    .isInstanceOf(EspalierException.class)
                    .hasMessageContaining("Event 1 of search " + search);
        }
    }

    @Test
    void aFolderIsNoDatabase() {
        db = folder;
        assertThatOpeningFails().hasMessageContainingAll(folder.toString(), "is a folder", "--db");
    }

    @Test
    void aFolderThatCannotBeCreatedIsReported() throws Exception {
        db = Files.writeString(folder.resolve("file"), "x").resolve("runs.db");
        assertThatOpeningFails().hasMessageContainingAll(db.toString(), "cannot be opened", "--db");
    }

    @Test
    void aReadOnlyFileIsReported() throws Exception {
        RunStore.open(db).close();
        Assumptions.assumeThat(db.toFile().setWritable(false) && !Files.isWritable(db))
                .as("permissions bind this user")
                .isTrue();
        assertThatOpeningFails().hasMessageContainingAll(db.toString(), "read-only", "--db");
    }

    @Test
    void aDatabaseOfVersionOneIsReadByThisProgram() throws Exception {
        try (var script = getClass().getResourceAsStream("version-1.sql")) {
            assertThat(script).isNotNull();
            sql(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
        try (var store = RunStore.open(db)) {
            assertThat(store.runs())
                    .singleElement()
                    .returns("An old run", summary -> summary.run().name())
                    .returns(
                            0.30000000000000004,
                            summary -> summary.run().config().generation().temperature());
            var search = store.searches(1).getFirst();
            assertThat(search)
                    .returns("4", summary -> summary.problem().gold())
                    .returns(SearchStatus.INTERRUPTED, SearchSummary::status);
            assertThat(store.candidates(1))
                    .singleElement()
                    .returns("It is 4.", CandidateRow::text)
                    .returns(List.of(0.875), CandidateRow::scores);
            var log = new ArrayList<>(store.events(search.id()));
            assertThat(RunStore.logicalHash(log))
                    .isEqualTo("758dc9aada512c72224b6a6d7b0940b30338699b92cbd9e056e556ffcfddd436");

            store.reopen(search.id());
            var last = new SearchEvent.Finished(1, new Cost(3, 15), new Cost(0, 12));
            var tree = SearchTree.of(log);
            tree.apply(last);
            store.append(search.id(), log.size(), last, tree, 1);
            store.finish(search.id(), SearchStatus.FINISHED, 1);
            store.flush();
            log.add(last);
            assertThat(store.events(search.id())).isEqualTo(log);
        }
        assertThat(pragma("user_version")).isEqualTo(Migrations.bundled().version());
    }

    @Test
    void laterScriptsAreAppliedToAnOlderDatabaseOnce() throws Exception {
        RunStore.open(db).close();
        var scripts = new ArrayList<>(Migrations.bundled().scripts());
        scripts.add("ALTER TABLE run ADD COLUMN tag TEXT NOT NULL DEFAULT 'none'; UPDATE run SET tag = 'x';");
        for (int i = 0; i < 2; i++) RunStore.open(db, new Migrations(scripts)).close();
        assertThat(pragma("user_version")).isEqualTo(scripts.size());
        assertThatOpeningFails().hasMessageContaining("newer Espalier");
    }

    @Test
    void aScriptThatFailsLeavesTheDatabaseAsItWas() throws Exception {
        try (var store = RunStore.open(db)) {
            store.createRun(Logs.run("kept"));
        }
        var scripts = new ArrayList<>(Migrations.bundled().scripts());
        scripts.add("ALTER TABLE run ADD COLUMN tag TEXT; DROP TABLE event; INSERT INTO nowhere VALUES (1);");
        assertThatThrownBy(() -> RunStore.open(db, new Migrations(scripts)))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("reported an error");
        try (var store = RunStore.open(db)) {
            assertThat(store.runs()).hasSize(1);
        }
        assertThat(pragma("user_version")).isEqualTo(Migrations.bundled().version());
    }
}
