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
import java.nio.charset.StandardCharsets;
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
/// Any thread may call. Events are written by one thread of the store: [#append] returns at once, and what it was given
/// is on its way to the file a tenth of a second later, so that a killed program loses less than half a second of work.
/// Reading does not wait for writing and sees what has been committed; [#flush] makes that everything.
///
/// Where the file can no longer be written (a full disk), what was stored stays, what waits is kept in memory, everything
/// further is refused with the reason, and [#retry] goes on. All methods throw [EspalierException] with a sentence for the person.
public final class RunStore implements AutoCloseable {
    private final RawFile raw;
    private final Writer writer;
    private final Catalogue catalogue;
    private final SearchLedger ledger;
    private final VerdictLedger verdicts;
    private final Ownership ownership;
    private final Readers readers;
    private final ConcurrentHashMap<Long, Sitting> sittings = new ConcurrentHashMap<>();
    private volatile BiConsumer<Long, EspalierException> onLost = (_, _) -> { };

    /// A search that is being written; its lock keeps its events in order.
    private static final class Sitting {
        private final long run;
        private long next;
        private volatile boolean begun;
        /// Why nothing more is taken, null while it is.
        private volatile @Nullable EspalierException lost;

        private Sitting(long run, long next) {
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

    /// Opens the database, made where it does not exist, and brings it to this program's format.
    ///
    /// @throws EspalierException where it is not Espalier's, damaged, newer than this program, or cannot be written; the file is then untouched
    public static RunStore open(Path db) {
        return open(db, Migrations.bundled());
    }

    static RunStore open(Path db, Migrations migrations) {
        return open(db, migrations, WorkingProcess.self(), InstantSource.system());
    }

    /// @param self  as whom it works on runs
    /// @param clock of its signs of life
    static RunStore open(Path db, Migrations migrations, WorkingProcess self, InstantSource clock) {
        return new RunStore(db, migrations, self, clock);
    }

    /// What goes with each transaction.
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
            for (var sitting : sittings.values()) sitting.lost = reason;
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
        for (var sitting : sittings.values()) if (sitting.run == run) sitting.lost = reason;
        onLost.accept(run, reason);
    }

    // Writing

    /// Stores a run. A sweep has a configuration once: where it has a run of it already, that one is given.
    ///
    /// @return its id; that of the record is not looked at
    public long createRun(RunRecord run) {
        return writer.ask(() -> catalogue.createRun(run));
    }

    /// See [#createSearches].
    public long createSearch(long run, Problem problem) {
        return createSearches(run, List.of(problem)).getFirst();
    }

    /// The searches of problems in a run, in the problems' order: those that exist, and new ones for the others, which
    /// wait for their events. One that was interrupted (RUNNING, and nobody writes it) goes on where its log ends.
    ///
    /// From here on this program works on the run: until each of these searches is finished, or [#release].
    ///
    /// @throws EspalierException where another Espalier works on the run
    public List<Long> createSearches(long run, List<Problem> problems) {
        var searches = writer.ask(() -> {
            ownership.refuseForeign(run);
            var created = new ArrayList<Catalogue.Opened>();
            for (var problem : problems) {
                var search = catalogue.createSearch(run, problem);
                var sitting = sittings.get(search.search());
                if (sitting != null && sitting.begun && sitting.lost == null) throw running(search.search());
                boolean interrupted = search.status() == SearchStatus.RUNNING && search.events() > 0 && (sitting == null || sitting.lost != null);
                created.add(interrupted ? reopened(search.search()) : search);
            }
            var working = created.stream().filter(search -> search.status() == SearchStatus.RUNNING).map(Catalogue.Opened::search).collect(Collectors.toSet());
            if (!working.isEmpty()) ownership.take(run, working);
            return created;
        });
        for (var search : searches) {
            var sitting = sittings.get(search.search());
            if (search.status() != SearchStatus.RUNNING || sitting != null && sitting.lost == null) continue;
            var _ = readBack(search);
            sittings.put(search.search(), new Sitting(run, search.events()));
        }
        return searches.stream().map(Catalogue.Opened::search).toList();
    }

    /// Works on a run as a whole, whatever becomes of its searches, until [#release].
    ///
    /// @throws EspalierException where another Espalier works on it
    public void hold(long run) {
        writer.ask(() -> {
            ownership.take(run, Set.of(Ownership.WHOLE));
            return true;
        });
    }

    /// Ends the work on a run: what was created and never begun can be taken up by others.
    public void release(long run) {
        sittings.values().removeIf(sitting -> sitting.run == run && (!sitting.begun || sitting.lost != null));
        writer.write(true, () -> ownership.keep(run, sittings.entrySet().stream().filter(sitting -> sitting.getValue().run == run).map(Map.Entry::getKey).collect(Collectors.toSet())));
    }

    /// Lets an interrupted, cancelled or failed search go on: its status is RUNNING again, and its log goes on where it
    /// ends. A failure at the log's end is taken out of it.
    ///
    /// @return its stored events; [#append] ignores those, so that a resumed search may tell its log from the start
    /// @throws EspalierException where it is finished or damaged, or somebody works on it
    public List<SearchEvent> reopen(long search) {
        record Reopened(long run, Catalogue.Opened opened) {}
        var reopened = writer.ask(() -> {
            var sitting = sittings.get(search);
            if (sitting != null && sitting.lost == null) throw running(search);
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
        var sitting = new Sitting(reopened.run, reopened.opened.events());
        sitting.begun = true;
        sittings.put(search, sitting);
        return log;
    }

    private static EspalierException running(long search) {
        return new EspalierException("Search %d is running already. Wait until it is done, or cancel it.".formatted(search));
    }

    private Catalogue.Opened reopened(long search) throws SQLException {
        ledger.forget(search);
        return catalogue.reopen(search);
    }

    /// Reads the log of a search that is about to go on.
    ///
    /// @throws EspalierException where it is damaged
    private List<SearchEvent> readBack(Catalogue.Opened search) {
        return search.events() == 0 ? List.of() : events(search.search());
    }

    /// Adds an event to a search's log. Waits for nothing but room in the queue. An event that is stored already is ignored.
    ///
    /// @param number  from 0, one after the other
    /// @param tree    of the search, as the event has made it; what is stored beside the event is taken from it before this method returns
    /// @param seconds since the search was started or resumed
    /// @throws EspalierException     where the database cannot be written, or the run was deleted or taken over by another program; the event is not taken then
    /// @throws IllegalStateException where the search was neither created nor reopened, or an event is left out
    public void append(long search, long number, SearchEvent event, SearchTree tree, double seconds) {
        var sitting = sittings.get(search);
        if (sitting == null) throw notOpen(search);
        synchronized (sitting) {
            sitting.begun = true;
            throwLost(sitting);
            if (number < sitting.next) return;
            if (number > sitting.next) throw new IllegalStateException("event %d of search %d came where %d was due".formatted(number, search, sitting.next));
            var entry = LogEntry.of(number, event, tree);
            try {
                writer.write(false, () -> {
                    if (sitting.lost == null && !ledger.append(search, entry, seconds)) lose(sitting.run, gone(search));
                });
            } catch (EspalierException refused) {
                sittings.remove(search, sitting); // its log has a hole from here on: it can only be reopened
                throw refused;
            }
            sitting.next++;
        }
    }

    private RuntimeException notOpen(long search) {
        var failure = writer.failure();
        if (failure != null) return new EspalierException(failure.getMessage(), failure);
        return new IllegalStateException("search %d was neither created nor reopened".formatted(search));
    }

    private static void throwLost(Sitting sitting) {
        var lost = sitting.lost;
        if (lost != null) throw new EspalierException(lost.getMessage(), lost);
    }

    private static EspalierException gone(long search) {
        return new EspalierException("Search %d was deleted by another program while it was running, with what it had found. Start it again to run it anew.".formatted(search));
    }

    /// Ends the writing of a search. It is committed without delay; [#flush] waits for it. Where the database cannot be
    /// written, the search counts as interrupted.
    ///
    /// @param seconds  since the search was started or resumed
    /// @param executed since then
    /// @throws EspalierException where the database cannot be written, or the run was deleted or taken over by another program
    public void finish(long search, SearchStatus status, double seconds, TokensProcessed executed) {
        if (status != SearchStatus.FINISHED && status != SearchStatus.FAILED && status != SearchStatus.CANCELLED) throw new IllegalArgumentException("a search does not end as " + status);
        var sitting = sittings.remove(search);
        if (sitting != null) throwLost(sitting);
        writer.write(true, () -> {
            if (sitting != null && sitting.lost != null) return;
            ledger.finish(search, status, seconds, executed);
            if (sitting != null) ownership.done(sitting.run, search);
        });
    }

    /// As [#finish(long, SearchStatus, double, TokensProcessed)], where nobody counted.
    public void finish(long search, SearchStatus status, double seconds) {
        finish(search, status, seconds, TokensProcessed.NOTHING_KNOWN);
    }

    /// Keeps what a search was imported from. What is kept already stays.
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
    /// @throws EspalierException where one of its searches has begun and was not finished yet, here or in another Espalier
    public void delete(long run) {
        var deleted = writer.ask(() -> {
            ownership.refuseForeign(run);
            var searches = catalogue.searches(run);
            for (long search : searches) {
                var sitting = sittings.get(search);
                if (sitting != null && sitting.begun) throw new EspalierException("Run %d is still running. Cancel it before deleting it.".formatted(run));
            }
            ownership.keep(run, Set.of());
            catalogue.delete(run);
            return searches;
        });
        deleted.forEach(sittings::remove);
    }

    /// Returns when everything that was handed over is committed.
    public void flush() {
        writer.ask(() -> true);
    }

    /// Why the database cannot be written, null while it can.
    public @Nullable EspalierException failure() {
        return writer.failure();
    }

    /// Is told, on the store's thread, when the database can no longer be written. Must be quick and must not call the store.
    public void onFailure(Consumer<EspalierException> listener) {
        writer.onFailure(listener);
    }

    /// Is told, on the store's thread, of each run that this program worked on and that another one has deleted or taken over, with the
    /// reason. Must be quick and must not call the store.
    public void onLost(BiConsumer<Long, EspalierException> listener) {
        onLost = listener;
    }

    /// Tries again to write what was kept after a failure.
    public void retry() {
        writer.retry();
    }

    /// Writes what waits, then closes.
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

    /// For tests, which give the disk an end: a statement on the writer's connection, while it rests.
    void onWriterConnection(String sql) throws SQLException {
        catalogue.execute(sql);
    }

    // Reading

    /// Newest first. A run with a damaged value is in the list and says so.
    public List<RunSummary> runs() {
        return readers.list(StoredRows.RUNS + " GROUP BY run.id ORDER BY run.id DESC", _ -> { }, row -> StoredRows.runSummary(row, ownership));
    }

    /// What the models of the newest run ran on, "" where no run was made here.
    public String lastDevice() {
        var found = readers.list("SELECT device FROM run WHERE source = '' ORDER BY id DESC LIMIT 1", _ -> { }, row -> new Columns(row).text("device"));
        return found.isEmpty() ? "" : found.getFirst();
    }

    /// Who works on a run at present, null for nobody.
    private @Nullable Owner owner(long run) {
        var owners = readers.list("SELECT token, process, host, start, beat FROM owner WHERE run = ?", query -> query.setLong(1, run), row -> Optional.ofNullable(ownership.living(new Columns(row), "")));
        return owners.isEmpty() ? null : owners.getFirst().orElse(null);
    }

    /// @throws EspalierException where there is none, or where it cannot be read what it is
    public RunRecord run(long id) {
        var found = readers.list("SELECT * FROM run WHERE id = ?", query -> query.setLong(1, id), StoredRows::run);
        if (found.isEmpty()) throw Catalogue.noRun(id);
        return found.getFirst();
    }

    /// In the order in which they were created. A search with a damaged value is in the list and says so.
    public List<SearchSummary> searches(long run) {
        var owner = owner(run);
        return readers.list(StoredRows.SEARCHES + "WHERE search.run = ? ORDER BY search.id", query -> query.setLong(1, run), row -> StoredRows.searchSummary(row, owner, sittings.keySet()));
    }

    public SearchSummary search(long id) {
        var run = readers.list("SELECT run FROM search WHERE id = ?", query -> query.setLong(1, id), row -> row.getLong(1));
        if (run.isEmpty()) throw Catalogue.noSearch(id);
        var owner = owner(run.getFirst());
        var found = readers.list(StoredRows.SEARCHES + "WHERE search.id = ?", query -> query.setLong(1, id), row -> StoredRows.searchSummary(row, owner, sittings.keySet()));
        if (found.isEmpty()) throw Catalogue.noSearch(id);
        return found.getFirst();
    }

    /// What a search was imported from, null for one that was run here.
    public @Nullable ImportedLine imported(long search) {
        var found = readers.list("SELECT line, fields FROM imported WHERE search = ?", query -> query.setLong(1, search), row -> {
            var columns = new Columns(row);
            return new ImportedLine(columns.whole("line"), columns.text("fields"));
        });
        return found.isEmpty() ? null : found.getFirst();
    }

    /// The logical log of a search.
    ///
    /// @throws EspalierException where an event is damaged, or the events do not fit together
    public List<SearchEvent> events(long search) {
        var events = events(search, 0);
        SearchLedger.check(search, events);
        return events;
    }

    /// The logical log from an event on.
    public List<SearchEvent> events(long search, long fromNumber) {
        return log(search, fromNumber).stream().map(StoredEvent::event).toList();
    }

    /// The log with its times, from an event on.
    public List<StoredEvent> log(long search, long fromNumber) {
        return readers.read(connection -> SearchLedger.events(connection, search, fromNumber));
    }

    /// All candidates of a run, by search and number, whatever the searches' status. Those that cannot be read are missing.
    public List<CandidateRow> candidates(long run) {
        var candidates = new ArrayList<CandidateRow>();
        candidates(run, candidates::add, _ -> { });
        return candidates;
    }

    /// As [#candidates(long)], one at a time, for runs that do not fit into memory. The takers must not call the store.
    ///
    /// @param damaged takes the id of a search for each of its candidates that cannot be read
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

    /// The latest finished search of each problem that has one. Damaged ones are left out.
    public List<SearchSummary> latestFinished() {
        return readers.list(StoredRows.SEARCHES + "WHERE search.id IN (SELECT max(id) FROM search WHERE status = 'FINISHED' GROUP BY problem_key)", _ -> { },
            row -> StoredRows.searchSummary(row, null, Set.of())).stream().filter(search -> search.status() == SearchStatus.FINISHED).toList();
    }

    /// The candidates of one search, by number, read without its log. Empty where one of them is damaged.
    public List<CandidateRow> candidatesOf(long search) {
        var rows = readers.list(StoredRows.CANDIDATES_OF_SEARCH, query -> query.setLong(1, search), row -> Optional.ofNullable(StoredRows.candidate(row)));
        return rows.stream().allMatch(Optional::isPresent) ? rows.stream().map(Optional::get).toList() : List.of();
    }

    /// What is known of a problem's answers, by [#answerHash(String)], from the task's present grader.
    public Map<String, Verdict> verdicts(Problem problem, Task task) {
        return readers.read(connection -> VerdictLedger.read(connection, problem, task));
    }

    /// Keeps a verdict, where the problem is stored. Returns at once.
    public void keep(Problem problem, Task task, String answer, Verdict verdict) {
        writer.write(false, () -> verdicts.put(problem, task, answer, verdict));
    }

    /// What names an answer among the verdicts.
    public static String answerHash(String answer) {
        return VerdictLedger.hash(answer);
    }

    /// Identifies a logical log: SHA-256 over its events as they are stored, lower-case hexadecimal.
    public static String logicalHash(List<SearchEvent> events) {
        var digest = new Sha256();
        for (var event : events) digest.add(EventCodec.kind(event) + ' ' + EventCodec.encode(event) + '\n');
        return digest.hex();
    }
}
