package dev.espalier.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.search.log.SearchEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The database is deleted, moved or replaced during writing. Windows does not allow that for an open file.
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class DisplacedFileTest {
    @TempDir
    Path root;

    private Path folder;
    private Path db;
    private RunStore store;
    private long search;
    private final CompletableFuture<String> told = new CompletableFuture<>();
    private final List<SearchEvent> log = Logs.bestOfN(Logs.problem(1), 4, 2, 3, 1);
    private static final int BEFORE = 5;

    @BeforeEach
    void write() throws Exception {
        folder = Files.createDirectories(root.resolve("data"));
        db = folder.resolve("runs.db");
        store = RunStore.open(db);
        search = store.createSearch(store.createRun(Logs.run("run")), Logs.problem(1));
        Logs.append(store, search, 0, log.subList(0, BEFORE));
        store.flush();
        store.onFailure(reason -> told.complete(reason.getMessage()));
    }

    /// Noticed within about a second even without writes; waiting events are not lost.
    private String noticed() throws Exception {
        Logs.append(store, search, BEFORE, log.subList(0, BEFORE + 2));
        var reason = told.get(30, TimeUnit.SECONDS);
        assertThatThrownBy(() -> Logs.append(store, search, BEFORE + 2, log.subList(0, BEFORE + 3)))
                .isInstanceOf(EspalierException.class)
                .hasMessage(reason);
        assertThatThrownBy(() -> store.finish(search, SearchStatus.FINISHED, 1)).isInstanceOf(EspalierException.class);
        assertThatThrownBy(() -> store.flush())
                .isInstanceOf(EspalierException.class)
                .hasMessage(reason);
        assertThatThrownBy(() -> store.close())
                .isInstanceOf(EspalierException.class)
                .hasMessage(reason);
        return reason;
    }

    /// All events are stored, and another Espalier can continue.
    private void assertKept(Path in) {
        try (var again = RunStore.open(in)) {
            assertThat(again.events(search)).isEqualTo(log.subList(0, BEFORE + 2));
            assertThat(again.runs()).singleElement().returns(null, RunSummary::owner);
            assertThat(again.search(search).status()).isEqualTo(SearchStatus.INTERRUPTED);
            again.reopen(search);
            Logs.append(again, search, 0, log);
            again.finish(search, SearchStatus.FINISHED, 1);
            again.flush();
            assertThat(again.events(search)).isEqualTo(log);
        }
    }

    @Test
    void aDeletedDatabaseIsRescuedBesideIt() throws Exception {
        Files.delete(db);
        assertThat(noticed())
                .contains(
                        db.toString(),
                        "was deleted",
                        folder.resolve("runs-rescued.db").toString(),
                        "--db");
        assertThat(db).doesNotExist();
        assertKept(folder.resolve("runs-rescued.db"));
    }

    @Test
    void aReplacedDatabaseIsRescuedAndItsPlaceholderLeftAlone() throws Exception {
        var other = root.resolve("other.db");
        try (var another = RunStore.open(other)) {
            another.createRun(Logs.run("another"));
        }
        Files.move(other, db, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        var before = Files.readAllBytes(db);
        assertThat(noticed()).contains("was replaced by another file", "runs-rescued.db");
        assertThat(Files.readAllBytes(db)).isEqualTo(before);
        assertKept(folder.resolve("runs-rescued.db"));
        try (var replaced = RunStore.open(db)) {
            assertThat(replaced.runs())
                    .extracting(summary -> summary.run().name())
                    .containsExactly("another");
        }
    }

    @Test
    void aMovedDatabaseReceivesWhatWasWritten() throws Exception {
        var moved = root.resolve("moved.db");
        Files.move(db, moved);
        assertThat(noticed()).contains("was moved to " + moved.toRealPath());
        assertThat(db).doesNotExist();
        assertKept(moved);
    }

    @Test
    void aMovedFolderTakesItsDatabaseWithIt() throws Exception {
        Files.move(folder, root.resolve("elsewhere"));
        assertThat(noticed()).contains("was moved to", "elsewhere");
        assertKept(root.resolve("elsewhere/runs.db"));
    }

    @Test
    void aDatabaseInADeletedFolderIsRescuedAboveIt() throws Exception {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
        assertThat(noticed())
                .contains("was deleted", root.resolve("runs-rescued.db").toString());
        assertKept(root.resolve("runs-rescued.db"));
    }

    @Test
    void aDeletedLogIsFoldedIntoTheDatabase() throws Exception {
        Files.delete(folder.resolve("runs.db-wal"));
        assertThat(noticed()).contains("runs.db-wal was deleted", "safe in the database");
        assertKept(db);
    }

    @Test
    void aDeletedIndexOfTheLogIsNoticedToo() throws Exception {
        Files.delete(folder.resolve("runs.db-shm"));
        assertThat(noticed()).contains("runs.db-shm was deleted", "safe in the database");
        assertKept(db);
    }

    @Test
    void aDatabaseThatWasTruncatedIsNoticed() throws Exception {
        store.onWriterConnection("PRAGMA wal_checkpoint(TRUNCATE)");
        store.flush();
        Files.newByteChannel(db, StandardOpenOption.WRITE).truncate(0).close();
        assertThat(noticed()).contains("written over");
        assertThat(db).isEmptyFile();
    }

    /// Like `cp`: the inode stays.
    private void copyOver(byte[] content) throws Exception {
        Files.write(db, content, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    private byte[] another(int runs) throws Exception {
        var other = root.resolve("other.db");
        try (var another = RunStore.open(other)) {
            for (int run = 0; run < runs; run++)
                another.createSearch(another.createRun(Logs.run("another " + run)), Logs.problem(run));
        }
        return Files.readAllBytes(other);
    }

    @Test
    void anotherDatabaseThatIsCopiedOverIsNoticedAndLeftAsItIs() throws Exception {
        var other = another(300);
        copyOver(other);
        assertThat(noticed()).contains("Another program has written over the database", db.toString());
        assertThat(Files.readAllBytes(db)).isEqualTo(other);
        try (var again = RunStore.open(db)) {
            assertThat(again.runs()).hasSize(300);
        }
    }

    @Test
    void anotherDatabaseOfTheSameSizeIsNoticed() throws Exception {
        store.onWriterConnection("PRAGMA wal_checkpoint(TRUNCATE)");
        var other = another(1);
        assertThat(other.length).isEqualTo((int) Files.size(db));
        copyOver(other);
        assertThat(noticed()).contains("Another program has written over");
        assertThat(Files.readAllBytes(db)).isEqualTo(other);
    }

    @Test
    void anOlderCopyOfTheSameDatabaseIsNoticed() throws Exception {
        store.onWriterConnection("PRAGMA wal_checkpoint(TRUNCATE)");
        var older = Files.readAllBytes(db);
        store.rename(store.runs().getFirst().run().id(), "run!"); // nothing grows
        store.onWriterConnection("PRAGMA wal_checkpoint(TRUNCATE)");
        assertThat(Files.size(db)).isEqualTo(older.length);
        store.flush();
        copyOver(older);
        assertThat(noticed()).contains("Another program has written over");
        assertThat(Files.readAllBytes(db)).isEqualTo(older);
    }

    @Test
    void aCopyThatAnotherEspalierWorkedOnIsNoticed() throws Exception {
        store.onWriterConnection("PRAGMA wal_checkpoint(TRUNCATE)");
        var copy = Files.copy(db, root.resolve("copy.db"));
        try (var another = RunStore.open(copy)) {
            another.createRun(Logs.run("on the copy"));
        }
        store.createRun(Logs.run("here"));
        copyOver(Files.readAllBytes(copy));
        assertThat(noticed()).contains("Another program has written over");
    }

    @Test
    void aDatabaseThatIsCopiedOverAtTheEndIsNoticedOnClosing() throws Exception {
        Logs.append(store, search, BEFORE, log);
        store.finish(search, SearchStatus.FINISHED, 1);
        store.flush();
        copyOver(another(300));
        assertThatThrownBy(() -> store.close())
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("written over");
    }

    @Test
    void theLogOfAnOverwrittenDatabaseIsRescued() throws Exception {
        copyOver(another(300));
        assertThat(noticed()).contains(folder.resolve("runs-rescued.db").toString(), "some results may be missing");
        assertKept(folder.resolve("runs-rescued.db"));
    }

    @Test
    void theSameContentMayBeCopiedOver() throws Exception {
        store.onWriterConnection("PRAGMA wal_checkpoint(TRUNCATE)");
        copyOver(Files.readAllBytes(db));
        Logs.append(store, search, BEFORE, log);
        store.flush();
        store.close();
        try (var again = RunStore.open(db)) {
            assertThat(again.events(search)).isEqualTo(log);
        }
    }

    @Test
    void aDatabaseThatAnotherEspalierWritesToIsNotTakenForAnother() throws Exception {
        try (var other = RunStore.open(db)) {
            for (int run = 0; run < 40; run++) {
                other.createRun(Logs.run("another " + run));
                other.onWriterConnection("PRAGMA wal_checkpoint(TRUNCATE)");
                store.flush();
            }
            other.onWriterConnection("VACUUM");
            other.onWriterConnection("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        Logs.append(store, search, BEFORE, log);
        store.flush();
        assertThat(store.failure()).isNull();
        store.close();
    }

    @Test
    void aRescuedDatabaseGetsAnUnusedName() throws Exception {
        Files.createFile(folder.resolve("runs-rescued.db"));
        Files.delete(db);
        assertThat(noticed()).contains("runs-rescued-2.db");
        assertKept(folder.resolve("runs-rescued-2.db"));
        assertThat(folder.resolve("runs-rescued.db")).isEmptyFile();
    }

    @Test
    void aRestoredDatabaseIsWrittenAgain() throws Exception {
        var away = root.resolve("away.db");
        Files.move(db, away);
        assertThat(told.get(30, TimeUnit.SECONDS)).contains("was moved");
        Files.move(away, db);
        store.retry();
        store.reopen(search);
        Logs.append(store, search, 0, log);
        store.finish(search, SearchStatus.FINISHED, 1);
        store.flush();
        store.close();
        try (var again = RunStore.open(db)) {
            assertThat(again.events(search)).isEqualTo(log);
        }
    }

    @Test
    void readersDoNotRecreateADeletedDatabase() throws Exception {
        Files.delete(db);
        assertThatThrownBy(() -> store.runs())
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("was deleted, moved or replaced");
        assertThat(db).doesNotExist();
        assertThatThrownBy(() -> store.close()).isInstanceOf(EspalierException.class);
    }
}
