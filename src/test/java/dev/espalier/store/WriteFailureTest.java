package dev.espalier.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.search.log.SearchEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A full disk. SQLite reports a file at its page limit in the same way.
@Timeout(60)
class WriteFailureTest {
    @TempDir
    Path folder;

    private Path db;
    private RunStore store;
    private long search;
    private final List<SearchEvent> log = Logs.bestOfN(Logs.problem(1), 40, 5, 60, 1);
    private static final int STORED = 10;

    @BeforeEach
    void fillTheDisk() throws Exception {
        db = folder.resolve("runs.db");
        store = RunStore.open(db);
        search = store.createSearch(store.createRun(Logs.run("run")), Logs.problem(1));
        Logs.append(store, search, 0, log.subList(0, STORED));
        store.flush();
        store.onWriterConnection("PRAGMA max_page_count = 1"); // at once: the file's present size
    }

    private EspalierException failure() throws Exception {
        var told = new CompletableFuture<EspalierException>();
        store.onFailure(told::complete);
        Logs.append(store, search, STORED, log);
        assertThatThrownBy(store::flush).isInstanceOf(EspalierException.class).hasMessageContaining("disk is full");
        return told.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aFullDiskIsReportedAndFurtherEventsAreRefused() throws Exception {
        var told = failure();
        assertThat(told).hasMessageContainingAll("The disk is full", db.toString(), "Make room and try again");
        assertThat(store.failure()).isSameAs(told);
        assertThatThrownBy(() -> Logs.append(store, search, log.size(), new SearchEvent.Failed("x"), 0))
                .hasMessage(told.getMessage());
        assertThatThrownBy(() -> store.createRun(Logs.run("another"))).hasMessage(told.getMessage());
        assertThatThrownBy(() -> store.retry()).hasMessage(told.getMessage());
        assertThatThrownBy(() -> store.close()).hasMessage(told.getMessage());
    }

    @Test
    void storedDataStaysReadable() throws Exception {
        failure();
        assertThat(store.events(search)).isEqualTo(log.subList(0, STORED));
        assertThat(store.runs()).hasSize(1);
        assertThatThrownBy(() -> store.close()).isInstanceOf(EspalierException.class);
        try (var again = RunStore.open(db)) {
            assertThat(again.events(search)).isEqualTo(log.subList(0, STORED));
            assertThat(again.search(search))
                    .returns((long) STORED, SearchSummary::events)
                    .returns(SearchStatus.RUNNING, SearchSummary::status);
        }
    }

    @Test
    void waitingEventsAreWrittenWhenThereIsRoomAgain() throws Exception {
        failure();
        store.onWriterConnection("PRAGMA max_page_count = 100000");
        store.retry();
        assertThat(store.failure()).isNull();
        store.finish(search, SearchStatus.FINISHED, 9);
        store.flush();
        assertThat(store.events(search)).isEqualTo(log);
        assertThat(store.search(search))
                .returns(40, SearchSummary::candidates)
                .returns(SearchStatus.FINISHED, SearchSummary::status);
        store.close();
    }
}
