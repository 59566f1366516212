package dev.espalier.store;

import dev.espalier.EspalierException;
import dev.espalier.problem.Problem;
import dev.espalier.search.Cost;
import dev.espalier.search.Executed;
import dev.espalier.search.Finish;
import dev.espalier.search.SearchEvent;
import dev.espalier.search.SearchTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
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
    private final Writer writer;
    private final Catalogue catalogue;
    private final SearchLedger ledger;
    private final Readers readers;
    private final ConcurrentHashMap<Long, Sitting> sittings = new ConcurrentHashMap<>();

    /// A search that is being written; its lock keeps its events in order.
    private static final class Sitting {
        private long next;
        private volatile boolean begun;

        private Sitting(long next) {
            this.next = next;
        }
    }

    private RunStore(Path file, Migrations migrations) {
        var connection = DatabaseFile.create(file, migrations);
        catalogue = new Catalogue(connection);
        ledger = new SearchLedger(connection);
        writer = new Writer(file, connection, ledger::committing, ledger::forget);
        readers = new Readers(file);
    }

    /// Opens the database, made where it does not exist, and brings it to this program's format.
    ///
    /// @throws EspalierException where it is not Espalier's, damaged, newer than this program, or cannot be written; the file is then untouched
    public static RunStore open(Path db) {
        return open(db, Migrations.bundled());
    }

    static RunStore open(Path db, Migrations migrations) {
        return new RunStore(db, migrations);
    }

    // Writing

    /// Stores a run.
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
    public List<Long> createSearches(long run, List<Problem> problems) {
        var searches = writer.ask(() -> {
            var created = new ArrayList<Catalogue.Opened>();
            for (var problem : problems) {
                var search = catalogue.createSearch(run, problem);
                boolean interrupted = search.status() == SearchStatus.RUNNING && search.events() > 0 && !sittings.containsKey(search.search());
                created.add(interrupted ? reopened(search.search()) : search);
            }
            return created;
        });
        for (var search : searches) {
            if (search.status() != SearchStatus.RUNNING || sittings.containsKey(search.search())) continue;
            prepare(search);
            sittings.putIfAbsent(search.search(), new Sitting(search.events()));
        }
        return searches.stream().map(Catalogue.Opened::search).toList();
    }

    /// Lets an interrupted, cancelled or failed search go on: its status is RUNNING again, and its log goes on where it
    /// ends. A failure at the log's end is taken out of it; read the events after this call.
    ///
    /// @return the number of its stored events; [#append] ignores those, so that a resumed search may tell its log from the start
    /// @throws EspalierException where it is finished
    public long reopen(long search) {
        var opened = writer.ask(() -> reopened(search));
        prepare(opened);
        sittings.put(search, new Sitting(opened.events()));
        return opened.events();
    }

    private Catalogue.Opened reopened(long search) throws SQLException {
        ledger.forget(search);
        return catalogue.reopen(search);
    }

    /// Reads a log on the caller's thread, so that the writing thread need not while other searches wait.
    private void prepare(Catalogue.Opened search) {
        if (search.events() == 0) return;
        var tree = SearchTree.of(events(search.search()));
        writer.ask(() -> ledger.adopt(search.search(), tree));
    }

    /// Adds an event to a search's log. Waits for nothing but room in the queue. An event that is stored already is ignored.
    ///
    /// @param number  from 0, one after the other
    /// @param seconds since the search was started or resumed
    /// @throws EspalierException     where the database cannot be written; the event is not taken then
    /// @throws IllegalStateException where the search was neither created nor reopened, or an event is left out
    public void append(long search, long number, SearchEvent event, double seconds) {
        var sitting = sittings.get(search);
        if (sitting == null) throw notOpen(search);
        synchronized (sitting) {
            sitting.begun = true;
            if (number < sitting.next) return;
            if (number > sitting.next) throw new IllegalStateException("event %d of search %d came where %d was due".formatted(number, search, sitting.next));
            try {
                writer.write(false, () -> ledger.append(search, number, event, seconds));
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

    /// Ends the writing of a search. It is committed without delay; [#flush] waits for it. Where the database cannot be
    /// written, the search counts as interrupted.
    ///
    /// @param seconds  since the search was started or resumed
    /// @param executed since then
    public void finish(long search, SearchStatus status, double seconds, Executed executed) {
        if (status == SearchStatus.RUNNING) throw new IllegalArgumentException("a search does not end as RUNNING");
        sittings.remove(search);
        writer.write(true, () -> ledger.finish(search, status, seconds, executed));
    }

    /// As [#finish(long, SearchStatus, double, Executed)], where nobody counted.
    public void finish(long search, SearchStatus status, double seconds) {
        finish(search, status, seconds, Executed.NOTHING_KNOWN);
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
    /// @throws EspalierException where one of its searches has begun and was not finished yet
    public void delete(long run) {
        var deleted = writer.ask(() -> {
            var searches = catalogue.searches(run);
            for (long search : searches) {
                var sitting = sittings.get(search);
                if (sitting != null && sitting.begun) throw new EspalierException("Run %d is still running. Cancel it before deleting it.".formatted(run));
            }
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

    /// Tries again to write what was kept after a failure.
    public void retry() {
        writer.retry();
    }

    /// Writes what waits, then closes.
    @Override
    public void close() {
        readers.close();
        writer.close();
    }

    /// For tests, which give the disk an end: a statement on the writer's connection, while it rests.
    void onWriterConnection(String sql) throws SQLException {
        catalogue.execute(sql);
    }

    // Reading

    /// Newest first.
    public List<RunSummary> runs() {
        return readers.list("""
            SELECT run.*, count(search.id) AS searches, coalesce(sum(status = 'FINISHED'), 0) AS finished, coalesce(sum(status = 'FAILED'), 0) AS failed,
                coalesce(sum(status = 'CANCELLED'), 0) AS cancelled, coalesce(sum(policy_generated), 0) AS generated,
                coalesce(sum(policy_processed), 0) AS processed, coalesce(sum(reward_generated), 0) AS reward_generated,
                coalesce(sum(reward_processed), 0) AS reward_processed, iif(min(policy_executed) < 0, -1, coalesce(sum(policy_executed), 0)) AS policy_executed,
                iif(min(reward_executed) < 0, -1, coalesce(sum(reward_executed), 0)) AS reward_executed, coalesce(sum(candidates), 0) AS candidates,
                coalesce(sum(seconds), 0) AS seconds
            FROM run LEFT JOIN search ON search.run = run.id GROUP BY run.id ORDER BY run.id DESC""", _ -> { },
            row -> new RunSummary(runRecord(row), row.getInt("searches"), row.getInt("finished"), row.getInt("failed"), row.getInt("cancelled"),
                row.getInt("candidates"), new Cost(row.getLong("generated"), row.getLong("processed")), new Cost(row.getLong("reward_generated"), row.getLong("reward_processed")),
                executed(row), row.getDouble("seconds")));
    }

    private static Executed executed(ResultSet row) throws SQLException {
        return new Executed(row.getLong("policy_executed"), row.getLong("reward_executed"));
    }

    public RunRecord run(long id) {
        var found = readers.list("SELECT * FROM run WHERE id = ?", query -> query.setLong(1, id), RunStore::runRecord);
        if (found.isEmpty()) throw Catalogue.noRun(id);
        return found.getFirst();
    }

    private static RunRecord runRecord(ResultSet row) throws SQLException {
        return new RunRecord(row.getLong("id"), row.getString("name"), row.getString("sweep"), row.getString("problem_set"),
            EventCodec.decodeConfig(row.getString("config")), Instant.parse(row.getString("created")), row.getString("version"), row.getString("device"),
            row.getLong("fork_search") == 0 ? null : new RunRecord.Fork(row.getLong("fork_search"), row.getInt("fork_event")), row.getString("source"),
            row.getLong("policy_parameters"), row.getLong("reward_parameters"));
    }

    private static final String SEARCHES = "SELECT search.*, key, text, gold, solution, subject, level FROM search JOIN problem ON problem.id = search.problem ";

    /// In the order in which they were created.
    public List<SearchSummary> searches(long run) {
        return readers.list(SEARCHES + "WHERE search.run = ? ORDER BY search.id", query -> query.setLong(1, run), RunStore::searchSummary);
    }

    public SearchSummary search(long id) {
        var found = readers.list(SEARCHES + "WHERE search.id = ?", query -> query.setLong(1, id), RunStore::searchSummary);
        if (found.isEmpty()) throw Catalogue.noSearch(id);
        return found.getFirst();
    }

    private static SearchSummary searchSummary(ResultSet row) throws SQLException {
        var problem = new Problem(row.getString("key"), row.getString("text"), row.getString("gold"), row.getString("solution"), row.getString("subject"), row.getInt("level"));
        return new SearchSummary(row.getLong("id"), row.getLong("run"), problem, SearchStatus.valueOf(row.getString("status")), row.getLong("events"),
            row.getInt("candidates"), new Cost(row.getLong("policy_generated"), row.getLong("policy_processed")),
            new Cost(row.getLong("reward_generated"), row.getLong("reward_processed")), executed(row), row.getDouble("seconds"), row.getString("failure"));
    }

    /// What a search was imported from, null for one that was run here.
    public @Nullable ImportedLine imported(long search) {
        var found = readers.list("SELECT line, fields FROM imported WHERE search = ?", query -> query.setLong(1, search), row -> new ImportedLine(row.getLong(1), row.getString(2)));
        return found.isEmpty() ? null : found.getFirst();
    }

    /// The logical log of a search.
    public List<SearchEvent> events(long search) {
        return events(search, 0);
    }

    /// The logical log from an event on.
    public List<SearchEvent> events(long search, long fromNumber) {
        return log(search, fromNumber).stream().map(StoredEvent::event).toList();
    }

    /// The log with its times, from an event on.
    public List<StoredEvent> log(long search, long fromNumber) {
        return readers.read(connection -> SearchLedger.events(connection, search, fromNumber));
    }

    /// All candidates of a run, by search and number, whatever the searches' status.
    public List<CandidateRow> candidates(long run) {
        var candidates = new ArrayList<CandidateRow>();
        candidates(run, candidates::add);
        return candidates;
    }

    /// As [#candidates(long)], one at a time, for runs that do not fit into memory. The taker must not call the store.
    public void candidates(long run, Consumer<CandidateRow> taker) {
        readers.read(connection -> {
            try (var query = connection.prepareStatement("""
                SELECT search.id, key, gold, level, subject, number, node, finish, tokens, candidate.text, scores, log_prob
                FROM search JOIN problem ON problem.id = search.problem JOIN candidate ON candidate.search = search.id
                WHERE search.run = ? ORDER BY search.id, number""")) {
                query.setLong(1, run);
                try (var row = query.executeQuery()) {
                    while (row.next()) {
                        taker.accept(new CandidateRow(row.getLong(1), row.getString(2), row.getString(3), row.getInt(4), row.getString(5), row.getInt(6), row.getInt(7),
                            Finish.valueOf(row.getString(8)), row.getInt(9), row.getString(10), EventCodec.decodeDoubles(row.getString(11)), row.getObject(12) == null ? Double.NaN : row.getDouble(12)));
                    }
                }
            }
            return true;
        });
    }

    /// Identifies a logical log: SHA-256 over its events as they are stored, lower-case hexadecimal.
    public static String logicalHash(List<SearchEvent> events) {
        var digest = Catalogue.sha256();
        for (var event : events) digest.update((EventCodec.kind(event) + ' ' + EventCodec.encode(event) + '\n').getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest());
    }
}
