package dev.espalier.store;

import dev.espalier.EspalierException;
import dev.espalier.io.Sha256;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.TokensProcessed;
import dev.espalier.task.Task;
import dev.espalier.task.Verdict;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Runs, their searches and the searches' event logs in one SQLite file.
///
/// Thread-safe. One thread of the store writes events: [#append] returns at once, and its event is written within a
/// tenth of a second, so that a killed program loses less than half a second of work. Reading does not wait for writing
/// and sees committed data; [#flush] commits everything.
///
/// If the file becomes unwritable (a full disk), stored data stays, waiting events stay in memory, further events are
/// refused with the reason, and [#retry] resumes writing. All methods throw [EspalierException] with a sentence for the
/// user.
public final class RunStore implements AutoCloseable {
    private final RawFile raw;
    private final Writer writer;
    private final Catalogue catalogue;
    private final SearchLedger ledger;
    private final VerdictLedger verdicts;
    private final StatusLedger statuses;
    private final Ownership ownership;
    private final Readers readers;
    private final ConcurrentHashMap<Long, WritingSession> sessions = new ConcurrentHashMap<>();
    private volatile BiConsumer<Long, EspalierException> onLost = (_, _) -> {};

    /// A search in progress. Its lock keeps its events in order.
    private static final class WritingSession {
        private final long run;
        private long next;
        private volatile boolean begun;
        /// Why further events are refused; null if they are accepted.
        private volatile @Nullable EspalierException lost;

        private WritingSession(long run, long next) {
            this.run = run;
            this.next = next;
        }
    }

    private RunStore(Path file, Migrations migrations, WorkingProcess self, InstantSource clock) {
        raw = DatabaseFile.open(file);
        var connection = connection(file, migrations);
        var place = new FilePlace(file);
        catalogue = new Catalogue(connection);
        ledger = new SearchLedger(connection);
        verdicts = new VerdictLedger(connection);
        statuses = new StatusLedger(connection);
        ownership = new Ownership(connection, self, clock);
        writer = new Writer(file, place, new Mark(connection, raw), connection, new Transactions());
        readers = new Readers(file, place);
    }

    private Connection connection(Path file, Migrations migrations) {
        try {
            return DatabaseFile.create(file, raw, migrations);
        } catch (RuntimeException e) {
            closeRaw();
            throw e;
        }
    }

    /// Opens the database, creates it if missing, and migrates it to this program's format.
    ///
    /// @throws EspalierException if the file is not Espalier's, is damaged, newer than this program, or not
    ///     writable; the file is then untouched
    public static RunStore open(Path db) {
        return open(db, Migrations.bundled());
    }

    static RunStore open(Path db, Migrations migrations) {
        return open(db, migrations, WorkingProcess.self(), InstantSource.system());
    }

    /// @param self  the process that owns the runs
    /// @param clock for heartbeats
    static RunStore open(Path db, Migrations migrations, WorkingProcess self, InstantSource clock) {
        return new RunStore(db, migrations, self, clock);
    }

    /// Runs within each transaction.
    private final class Transactions implements Writer.Companion {
        @Override
        public void begin() throws SQLException {
            ownership.begin().forEach(RunStore.this::lose);
        }

        @Override
        public void committing() throws SQLException {
            ledger.committing();
        }

        @Override
        public void committed() {
            ownership.committed();
        }

        @Override
        public void rolledBack() {
            ledger.forget();
            ownership.rolledBack();
        }

        @Override
        public void end() throws SQLException {
            ownership.allDone();
        }

        @Override
        public void displaced(EspalierException reason) {
            for (var session : sessions.values()) session.lost = reason;
        }

        @Override
        public boolean watched() {
            return ownership.holdsAny();
        }

        @Override
        public boolean due() {
            return ownership.beatDue();
        }
    }

    private void lose(long run, EspalierException reason) {
        for (var session : sessions.values()) if (session.run == run) session.lost = reason;
        onLost.accept(run, reason);
    }

    // Writing

    /// Stores a run. A sweep has one run per configuration: if it exists, returns that run.
    ///
    /// @return the run's id; ignores the record's id
    public long createRun(RunRecord run) {
        return writer.ask(() -> catalogue.createRun(run));
    }

    /// See [#createSearches].
    public long createSearch(long run, Problem problem) {
        return createSearches(run, List.of(problem)).getFirst();
    }

    /// Returns the searches of problems in a run, in the problems' order. Creates missing ones, without events. An
    /// interrupted search (RUNNING without an owner) continues at the end of its log.
    ///
    /// This process owns the run until each of these searches is finished, or until [#release].
    ///
    /// @throws EspalierException if another Espalier works on the run
    public List<Long> createSearches(long run, List<Problem> problems) {
        var searches = writer.ask(() -> {
            ownership.refuseForeign(run);
            var created = new ArrayList<Catalogue.Opened>();
            for (var problem : problems) {
                var search = catalogue.createSearch(run, problem);
                var session = sessions.get(search.search());
                if (session != null && session.begun && session.lost == null) throw running(search.search());
                boolean interrupted = search.status() == SearchStatus.RUNNING
                        && search.events() > 0
                        && (session == null || session.lost != null);
                created.add(interrupted ? reopened(search.search()) : search);
            }
            var working = created.stream()
                    .filter(search -> search.status() == SearchStatus.RUNNING)
                    .map(Catalogue.Opened::search)
                    .collect(Collectors.toSet());
            if (!working.isEmpty()) ownership.take(run, working);
            return created;
        });
        for (var search : searches) {
            var session = sessions.get(search.search());
            if (search.status() != SearchStatus.RUNNING || session != null && session.lost == null) continue;
            var _ = readBack(search);
            sessions.put(search.search(), new WritingSession(run, search.events()));
        }
        return searches.stream().map(Catalogue.Opened::search).toList();
    }

    /// Owns a run, whatever happens to its searches, until [#release].
    ///
    /// @throws EspalierException if another Espalier works on it
    public void hold(long run) {
        writer.ask(() -> {
            ownership.take(run, Set.of(Ownership.WHOLE));
            return true;
        });
    }

    /// Gives up a run. Others can then take searches that were created but not begun.
    public void release(long run) {
        sessions.values().removeIf(session -> session.run == run && (!session.begun || session.lost != null));
        writer.write(
                true,
                () -> ownership.keep(
                        run,
                        sessions.entrySet().stream()
                                .filter(session -> session.getValue().run == run)
                                .map(Map.Entry::getKey)
                                .collect(Collectors.toSet())));
    }

    /// Resumes an interrupted, cancelled or failed search: sets its status to RUNNING and continues its log.
    /// Removes a failure at the end of the log.
    ///
    /// @return its stored events; [#append] ignores these, so that a resumed search can send its log from the start
    /// @throws EspalierException if it is finished or damaged, or if somebody works on it
    public List<SearchEvent> reopen(long search) {
        record Reopened(long run, Catalogue.Opened opened) {}
        var reopened = writer.ask(() -> {
            var session = sessions.get(search);
            if (session != null && session.lost == null) throw running(search);
            long run = catalogue.run(search);
            ownership.take(run, Set.of(search));
            return new Reopened(run, reopened(search));
        });
        List<SearchEvent> log;
        try {
            log = readBack(reopened.opened);
        } catch (EspalierException damaged) {
            release(reopened.run);
            throw damaged;
        }
        var session = new WritingSession(reopened.run, reopened.opened.events());
        session.begun = true;
        sessions.put(search, session);
        return log;
    }

    private static EspalierException running(long search) {
        return new EspalierException(
                "Search %d is running already. Wait until it is done, or cancel it.".formatted(search));
    }

    private Catalogue.Opened reopened(long search) throws SQLException {
        ledger.forget(search);
        return catalogue.reopen(search);
    }

    /// Reads the log of a search before it resumes.
    ///
    /// @throws EspalierException if it is damaged
    private List<SearchEvent> readBack(Catalogue.Opened search) {
        return search.events() == 0 ? List.of() : events(search.search());
    }

    /// Adds an event to a search's log. Waits only for room in the queue. Ignores events that are already stored.
    ///
    /// @param number  from 0, without gaps
    /// @param tree    the search's tree after the event; not used after this method returns
    /// @param seconds since the search was started or resumed
    /// @throws EspalierException     if the database is unwritable, or if another program deleted or took over the
    ///     run; the event is then not stored
    /// @throws IllegalStateException if the search was neither created nor reopened, or if an event is missing
    public void append(long search, long number, SearchEvent event, SearchTree tree, double seconds) {
        var session = sessions.get(search);
        if (session == null) throw notOpen(search);
        synchronized (session) {
            session.begun = true;
            throwLost(session);
            if (number < session.next) return;
            if (number > session.next)
                throw new IllegalStateException(
                        "event %d of search %d came where %d was due".formatted(number, search, session.next));
            var entry = LogEntry.of(number, event, tree);
            try {
                writer.write(false, () -> {
                    if (session.lost == null && !ledger.append(search, entry, seconds)) lose(session.run, gone(search));
                });
            } catch (EspalierException refused) {
                sessions.remove(search, session); // its log has a gap; the search must be reopened
                throw refused;
            }
            session.next++;
        }
    }

    private RuntimeException notOpen(long search) {
        var failure = writer.failure();
        if (failure != null) return new EspalierException(failure.getMessage(), failure);
        return new IllegalStateException("search %d was neither created nor reopened".formatted(search));
    }

    private static void throwLost(WritingSession session) {
        var lost = session.lost;
        if (lost != null) throw new EspalierException(lost.getMessage(), lost);
    }

    private static EspalierException gone(long search) {
        return new EspalierException(
                "Search %d was deleted by another program while it was running, with its results. Start it again."
                        .formatted(search));
    }

    /// Ends the writing of a search and commits it without delay; [#flush] waits for it. If the database is
    /// unwritable, the search counts as interrupted.
    ///
    /// @param seconds  since the search was started or resumed
    /// @param executed since then
    /// @throws EspalierException if the database is unwritable, or if another program deleted or took over the run
    public void finish(long search, SearchStatus status, double seconds, TokensProcessed executed) {
        if (status != SearchStatus.FINISHED && status != SearchStatus.FAILED && status != SearchStatus.CANCELLED)
            throw new IllegalArgumentException("a search does not end as " + status);
        var session = sessions.remove(search);
        if (session != null) throwLost(session);
        writer.write(true, () -> {
            if (session != null && session.lost != null) return;
            ledger.finish(search, status, seconds, executed);
            if (session != null) ownership.done(session.run, search);
        });
    }

    /// As [#finish(long, SearchStatus, double, TokensProcessed)], if the processed tokens are unknown.
    public void finish(long search, SearchStatus status, double seconds) {
        finish(search, status, seconds, TokensProcessed.NOTHING_KNOWN);
    }

    /// Stores the line from which a search was imported. Keeps an existing line.
    public void keep(long search, ImportedLine line) {
        writer.write(false, () -> catalogue.keep(search, line));
    }

    public void rename(long run, String name) {
        writer.ask(() -> {
            catalogue.rename(run, name);
            return true;
        });
    }

    /// Deletes a run with its searches and their logs.
    ///
    /// @throws EspalierException if one of its searches is in progress, here or in another Espalier
    public void delete(long run) {
        var deleted = writer.ask(() -> {
            ownership.refuseForeign(run);
            var searches = catalogue.searches(run);
            for (long search : searches) {
                var session = sessions.get(search);
                if (session != null && session.begun)
                    throw new EspalierException(
                            "Run %d is still running. Cancel it before deleting it.".formatted(run));
            }
            ownership.keep(run, Set.of());
            catalogue.delete(run);
            return searches;
        });
        deleted.forEach(sessions::remove);
    }

    /// Waits until all data handed over is committed.
    public void flush() {
        writer.ask(() -> true);
    }

    /// Why the database is unwritable; null if it is writable.
    public @Nullable EspalierException failure() {
        return writer.failure();
    }

    /// Sets a listener for the moment when the database becomes unwritable. It runs on the store's thread, must
    /// return quickly and must not call the store.
    public void onFailure(Consumer<EspalierException> listener) {
        writer.onFailure(listener);
    }

    /// Sets a listener for runs of this process that another program has deleted or taken over; it receives the
    /// reason. It runs on the store's thread, must return quickly and must not call the store.
    public void onLost(BiConsumer<Long, EspalierException> listener) {
        onLost = listener;
    }

    /// Resumes writing after a failure, waiting events first.
    public void retry() {
        writer.retry();
    }

    /// Writes waiting events, then closes.
    @Override
    public void close() {
        readers.close();
        try {
            writer.close();
        } finally {
            closeRaw();
        }
    }

    private void closeRaw() {
        try {
            raw.close();
        } catch (IOException e) {
            System.getLogger(RunStore.class.getName()).log(Level.WARNING, "closing the database", e);
        }
    }

    /// For tests that fill the disk: runs a statement on the writer's connection between transactions.
    void onWriterConnection(String sql) throws SQLException {
        catalogue.execute(sql);
    }

    // Reading

    /// Returns the runs, newest first. A run with a damaged value is included and marked.
    public List<RunSummary> runs() {
        return readers.list(
                StoredRows.RUNS + " GROUP BY run.id ORDER BY run.id DESC",
                _ -> {},
                row -> StoredRows.runSummary(row, ownership));
    }

    /// The device of the newest run that was made here, "" for none.
    public String lastDevice() {
        var found = readers.list(
                "SELECT device FROM run WHERE source = '' ORDER BY id DESC LIMIT 1",
                _ -> {},
                row -> new Columns(row).text("device"));
        return found.isEmpty() ? "" : found.getFirst();
    }

    /// The process that works on a run, or null.
    private @Nullable Owner owner(long run) {
        var owners = readers.list(
                "SELECT token, process, host, start, beat FROM owner WHERE run = ?",
                query -> query.setLong(1, run),
                row -> Optional.ofNullable(ownership.living(new Columns(row), "")));
        return owners.isEmpty() ? null : owners.getFirst().orElse(null);
    }

    /// @throws EspalierException if there is no such run, or if its row is unreadable
    public RunRecord run(long id) {
        var found = readers.list("SELECT * FROM run WHERE id = ?", query -> query.setLong(1, id), StoredRows::run);
        if (found.isEmpty()) throw Catalogue.noRun(id);
        return found.getFirst();
    }

    /// Returns the searches in order of creation. A search with a damaged value is included and marked.
    public List<SearchSummary> searches(long run) {
        var owner = owner(run);
        return readers.list(
                StoredRows.SEARCHES + "WHERE search.run = ? ORDER BY search.id",
                query -> query.setLong(1, run),
                row -> StoredRows.searchSummary(row, owner, sessions.keySet()));
    }

    public SearchSummary search(long id) {
        var run = readers.list(
                "SELECT run FROM search WHERE id = ?", query -> query.setLong(1, id), row -> row.getLong(1));
        if (run.isEmpty()) throw Catalogue.noSearch(id);
        var owner = owner(run.getFirst());
        var found = readers.list(
                StoredRows.SEARCHES + "WHERE search.id = ?",
                query -> query.setLong(1, id),
                row -> StoredRows.searchSummary(row, owner, sessions.keySet()));
        if (found.isEmpty()) throw Catalogue.noSearch(id);
        return found.getFirst();
    }

    /// Returns the line from which a search was imported, null if it was run here.
    public @Nullable ImportedLine imported(long search) {
        var found = readers.list(
                "SELECT line, fields FROM imported WHERE search = ?", query -> query.setLong(1, search), row -> {
                    var columns = new Columns(row);
                    return new ImportedLine(columns.whole("line"), columns.text("fields"));
                });
        return found.isEmpty() ? null : found.getFirst();
    }

    /// Returns the logical log of a search.
    ///
    /// @throws EspalierException if an event is damaged, or if the events contradict each other
    public List<SearchEvent> events(long search) {
        var events = events(search, 0);
        SearchLedger.check(search, events);
        return events;
    }

    /// Returns the logical log from an event on.
    public List<SearchEvent> events(long search, long fromNumber) {
        return log(search, fromNumber).stream().map(StoredEvent::event).toList();
    }

    /// Returns the log with times, from an event on.
    public List<StoredEvent> log(long search, long fromNumber) {
        return readers.read(connection -> SearchLedger.events(connection, search, fromNumber));
    }

    /// Returns all candidates of a run, by search and number, for searches of every status. Omits unreadable ones.
    public List<CandidateRow> candidates(long run) {
        var candidates = new ArrayList<CandidateRow>();
        candidates(run, candidates::add, _ -> {});
        return candidates;
    }

    /// As [#candidates(long)], one at a time, for runs that do not fit into memory. The consumers must not call the
    /// store.
    ///
    /// @param damaged receives the search's id for each unreadable candidate
    public void candidates(long run, Consumer<CandidateRow> taker, Consumer<Long> damaged) {
        readers.read(connection -> {
            try (var query = connection.prepareStatement(StoredRows.CANDIDATES)) {
                query.setLong(1, run);
                try (var row = query.executeQuery()) {
                    while (row.next()) {
                        var candidate = StoredRows.candidate(row);
                        if (candidate != null) taker.accept(candidate);
                        else damaged.accept(row.getLong("search"));
                    }
                }
            }
            return true;
        });
    }

    /// Returns the latest finished search of each problem that has one. Omits damaged ones.
    public List<SearchSummary> latestFinished() {
        return readers
                .list(
                        StoredRows.SEARCHES
                                + "WHERE search.id IN (SELECT max(id) FROM search WHERE status = 'FINISHED' GROUP BY problem_key)",
                        _ -> {},
                        row -> StoredRows.searchSummary(row, null, Set.of()))
                .stream()
                .filter(search -> search.status() == SearchStatus.FINISHED)
                .toList();
    }

    /// Returns the stored statuses of problems by search id, for the searches of [#latestFinished]. Omits damaged
    /// ones.
    public Map<Long, StoredStatus> problemStatuses() {
        return readers.read(StatusLedger::read);
    }

    /// Stores the status of a problem by a finished search, as the task's present grader sees it. Returns at once.
    public void keepStatus(long search, Task task, String status) {
        writer.write(false, () -> statuses.put(search, task, status));
    }

    /// Returns the candidates of one search by number, without reading its log. Empty if one is damaged.
    public List<CandidateRow> candidatesOf(long search) {
        var rows = readers.list(
                StoredRows.CANDIDATES_OF_SEARCH,
                query -> query.setLong(1, search),
                row -> Optional.ofNullable(StoredRows.candidate(row)));
        return rows.stream().allMatch(Optional::isPresent)
                ? rows.stream().map(Optional::get).toList()
                : List.of();
    }

    /// Returns the stored verdicts on a problem's answers by [#answerHash(String)], from the current version of the
    /// task's grader.
    public Map<String, Verdict> verdicts(Problem problem, Task task) {
        return readers.read(connection -> VerdictLedger.read(connection, problem, task));
    }

    /// Stores a verdict if the problem is stored. Returns at once.
    public void keep(Problem problem, Task task, String answer, Verdict verdict) {
        writer.write(false, () -> verdicts.put(problem, task, answer, verdict));
    }

    /// Identifies an answer among the verdicts.
    public static String answerHash(String answer) {
        return VerdictLedger.hash(answer);
    }

    /// Identifies a logical log: SHA-256 over its events in their stored form, lower-case hexadecimal.
    public static String logicalHash(List<SearchEvent> events) {
        var digest = new Sha256();
        for (var event : events) digest.add(EventCodec.kind(event) + ' ' + EventCodec.encode(event) + '\n');
        return digest.hex();
    }
}
