package dev.espalier.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.search.log.SearchEvent;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two Espaliers with one database.
@Timeout(60)
class OwnershipTest {
    private static final String TAKEN = "being run by another Espalier (process %d)";

    @TempDir
    Path folder;

    private final Time time = new Time();
    private final List<RunStore> open = new ArrayList<>();
    private RunStore first;
    private RunStore second;

    /// A clock that a test moves.
    private static final class Time implements InstantSource {
        private volatile Instant now = Instant.parse("2026-01-02T03:04:05Z");

        @Override
        public Instant instant() {
            return now;
        }

        void pass(Duration duration) {
            now = now.plus(duration);
        }
    }

    @BeforeEach
    void openTwo() {
        first = open(WorkingProcess.self());
        second = open(WorkingProcess.self());
    }

    @AfterEach
    void close() {
        open.forEach(RunStore::close);
    }

    private RunStore open(WorkingProcess as) {
        var store = RunStore.open(folder.resolve("runs.db"), Migrations.bundled(), as, time);
        open.add(store);
        return store;
    }

    private void sql(String sql) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("runs.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA foreign_keys = ON");
            statement.executeUpdate(sql);
        }
    }

    private static String taken() {
        return TAKEN.formatted(ProcessHandle.current().pid());
    }

    /// A process that has certainly ended.
    private static WorkingProcess dead() throws Exception {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.waitFor();
        return new WorkingProcess(process.pid(), WorkingProcess.self().host(), "");
    }

    @Test
    void aRunThatAnotherEspalierWorksOnIsRefusedAndReadable() {
        long run = first.createRun(Logs.run("run"));
        long search = first.createSearch(run, Logs.problem(1));
        var log = Logs.bestOfN(Logs.problem(1), 2, 2, 3, 1);
        Logs.append(first, search, 0, log.subList(0, 4));
        first.flush();

        assertThatThrownBy(() -> second.createSearches(run, List.of(Logs.problem(1), Logs.problem(2))))
                .isInstanceOf(EspalierException.class)
                .hasMessageContainingAll("Run " + run, taken());
        assertThatThrownBy(() -> second.reopen(search))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining(taken());
        assertThatThrownBy(() -> second.hold(run))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining(taken());
        assertThatThrownBy(() -> second.delete(run))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining(taken());
        assertThat(second.failure()).isNull();

        assertThat(second.events(search)).isEqualTo(log.subList(0, 4));
        assertThat(second.search(search).status()).isEqualTo(SearchStatus.RUNNING);
        assertThat(second.runs())
                .singleElement()
                .returns(new Owner(ProcessHandle.current().pid(), "", false), RunSummary::owner);
        assertThat(first.runs())
                .singleElement()
                .returns(
                        true,
                        summary -> summary.owner() != null && summary.owner().here());
        second.rename(run, "another name");
        Logs.append(first, search, 4, log);
        first.finish(search, SearchStatus.FINISHED, 1);
        first.flush();
        assertThat(second.events(search)).isEqualTo(log);
    }

    @Test
    void aRunIsFreeWhenItsSearchesAreDone() {
        long run = first.createRun(Logs.run("run"));
        var searches = first.createSearches(run, List.of(Logs.problem(1), Logs.problem(2)));
        first.finish(searches.get(0), SearchStatus.CANCELLED, 1);
        first.flush();
        assertThatThrownBy(() -> second.reopen(searches.get(0))).hasMessageContaining(taken());
        first.finish(searches.get(1), SearchStatus.CANCELLED, 1);
        first.flush();
        assertThat(second.runs().getFirst().owner()).isNull();
        assertThat(second.reopen(searches.get(0))).isEmpty();
        assertThatThrownBy(() -> first.reopen(searches.get(1))).hasMessageContaining(taken());
    }

    @Test
    void searchesThatNeverBeganAreReleasedAndInterrupted() {
        long run = first.createRun(Logs.run("run"));
        long search = first.createSearch(run, Logs.problem(1));
        first.release(run);
        first.flush();
        assertThat(second.search(search).status()).isEqualTo(SearchStatus.INTERRUPTED);
        assertThat(second.createSearch(run, Logs.problem(1))).isEqualTo(search);
    }

    @Test
    void aClosedEspalierLeavesNoOwner() {
        long run = first.createRun(Logs.run("run"));
        first.hold(run);
        long search = first.createSearch(run, Logs.problem(1));
        Logs.append(first, search, 0, new SearchEvent.Warned("x"), 0);
        first.close();
        assertThat(second.search(search).status()).isEqualTo(SearchStatus.INTERRUPTED);
        assertThat(second.reopen(search)).hasSize(1);
    }

    @Test
    void theRunOfAProcessThatHasEndedIsTakenOverAtOnce() throws Exception {
        var killed = open(dead());
        long run = killed.createRun(Logs.run("run"));
        long search = killed.createSearch(run, Logs.problem(1));
        Logs.append(killed, search, 0, new SearchEvent.Warned("x"), 0);
        killed.flush();
        assertThat(second.search(search).status()).isEqualTo(SearchStatus.INTERRUPTED);
        assertThat(second.reopen(search)).hasSize(1);
        Logs.append(second, search, 1, new SearchEvent.Warned("y"), 0);
        second.flush();

        // If it were alive, it would notice before it writes.
        var told = new CompletableFuture<String>();
        killed.onLost((_, reason) -> told.complete(reason.getMessage()));
        Logs.append(killed, search, 1, new SearchEvent.Warned("too late"), 0);
        assertThat(told.get(30, TimeUnit.SECONDS))
                .contains("taken over by another Espalier (process "
                        + ProcessHandle.current().pid() + ")");
        assertThatThrownBy(() -> Logs.append(killed, search, 2, new SearchEvent.Warned("too late"), 0))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("taken over");
        assertThat(killed.failure()).isNull();
        assertThat(second.events(search)).containsExactly(new SearchEvent.Warned("x"), new SearchEvent.Warned("y"));
    }

    @Test
    void aProcessNumberThatWasGivenAgainIsNotTheOwner() {
        var self = WorkingProcess.self();
        var reused = open(new WorkingProcess(self.id(), self.host(), "earlier"));
        long run = reused.createRun(Logs.run("run"));
        reused.hold(run);
        second.hold(run);
        assertThat(second.runs().getFirst().owner()).isEqualTo(new Owner(self.id(), "", true));
    }

    @Test
    void theRunOfAnotherMachineIsTakenOverAfterItsHeartbeatStops() throws Exception {
        var away = open(new WorkingProcess(dead().id(), "elsewhere", "x"));
        long run = away.createRun(Logs.run("run"));
        away.hold(run);
        time.pass(Ownership.STALE);
        assertThatThrownBy(() -> second.hold(run)).hasMessageContaining("on elsewhere");
        away.flush(); // any transaction is a sign of life once one is due
        time.pass(Ownership.STALE);
        assertThatThrownBy(() -> second.hold(run)).hasMessageContaining("on elsewhere");
        time.pass(Duration.ofMillis(1));
        second.hold(run);
        assertThat(first.runs().getFirst().owner()).isNotNull();
    }

    @Test
    void aRunDeletedByAnotherProgramIsReportedAndFurtherEventsAreRefused() throws Exception {
        long run = first.createRun(Logs.run("run"));
        long kept = first.createRun(Logs.run("kept"));
        long search = first.createSearch(run, Logs.problem(1));
        long other = first.createSearch(kept, Logs.problem(1));
        var told = new CompletableFuture<Long>();
        first.onLost((lost, _) -> told.complete(lost));
        Logs.append(first, search, 0, new SearchEvent.Warned("x"), 0);
        first.flush();
        sql("DELETE FROM run WHERE id = " + run);
        // Noticed within a second even without writes.
        assertThat(told.get(30, TimeUnit.SECONDS)).isEqualTo(run);
        assertThatThrownBy(() -> Logs.append(first, search, 1, new SearchEvent.Warned("y"), 0))
                .isInstanceOf(EspalierException.class)
                .hasMessageContainingAll("Run " + run, "deleted by another program");
        assertThatThrownBy(() -> first.finish(search, SearchStatus.FINISHED, 1))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("deleted by another program");
        Logs.append(first, other, 0, new SearchEvent.Warned("z"), 0);
        first.flush();
        assertThat(first.events(other)).hasSize(1);
    }

    @Test
    void aSearchDeletedByAnotherProgramIsReportedToo() throws Exception {
        long search = first.createSearch(first.createRun(Logs.run("run")), Logs.problem(1));
        sql("DELETE FROM search");
        Logs.append(first, search, 0, new SearchEvent.Warned("x"), 0);
        first.flush();
        assertThatThrownBy(() -> Logs.append(first, search, 1, new SearchEvent.Warned("y"), 0))
                .isInstanceOf(EspalierException.class)
                .hasMessageContainingAll("Search " + search, "deleted by another program");
    }

    @Test
    void aSweepHasAConfigurationOnceWhoeverBeganIt() {
        long run = first.createRun(Logs.run("run"));
        assertThat(second.createRun(Logs.run("run"))).isEqualTo(run);
        assertThat(first.createRun(Logs.run("run"))).isEqualTo(run);
        assertThat(second.runs()).hasSize(1);
    }

    @Test
    void aSearchIsNotResumedTwiceInOneEspalier() {
        long run = first.createRun(Logs.run("run"));
        long search = first.createSearch(run, Logs.problem(1));
        Logs.append(first, search, 0, new SearchEvent.Warned("x"), 0);
        assertThatThrownBy(() -> first.reopen(search))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("running already");
        assertThatThrownBy(() -> first.createSearch(run, Logs.problem(1)))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("running already");
    }
}
