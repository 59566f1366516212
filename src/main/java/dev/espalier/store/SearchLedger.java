package dev.espalier.store;

import dev.espalier.EspalierException;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.TokensProcessed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Writes events and the rows that follow from them: candidates, counts and costs. Each entry brings its rows, so no
/// log is folded here. Call it on the writing thread only, within a transaction.
final class SearchLedger {
    private static final System.Logger LOG = System.getLogger(SearchLedger.class.getName());
    private static final String INSERT_EVENT =
            "INSERT INTO event (search, number, kind, format, payload, seconds) SELECT id, ?, ?, ?, ?, seconds_before + ? FROM search WHERE id = ?";
    private static final String PUT_CANDIDATE =
            "INSERT OR REPLACE INTO candidate (search, number, node, finish, tokens, text, scores, log_prob, variant) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String NEXT_EVENT = "SELECT coalesce(max(number) + 1, 0) FROM event WHERE search = ?";
    private static final String EXISTS = "SELECT 1 FROM search WHERE id = ?";
    private static final SearchEvent DAMAGED = new SearchEvent.Warned("damaged");
    private static final String SCORE_CANDIDATE = "UPDATE candidate SET scores = ? WHERE search = ? AND node = ?";
    private static final String UPDATE_TOTALS = """
        UPDATE search SET events = ?, candidates = ?, policy_generated = ?, policy_processed = ?, reward_generated = ?, reward_processed = ?, failure = ?,
            seconds = seconds_before + ? WHERE id = ?""";
    private static final String UPDATE_STATUS = """
        UPDATE search SET status = ?, seconds = seconds_before + ?, policy_executed = iif(min(policy_executed, ?) < 0, -1, policy_executed + ?),
            reward_executed = iif(min(reward_executed, ?) < 0, -1, reward_executed + ?) WHERE id = ?""";

    /// Valid until the connection closes or until one fails, because the driver closes it then.
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final Connection connection;
    /// The number of the next event, by search; missing ones are read from the database.
    private final Map<Long, Long> next = new HashMap<>();
    private final Map<Long, Touched> touched = new HashMap<>();
    private final Set<Long> ended = new HashSet<>();

    /// Counts and costs of a search that are not written yet.
    ///
    /// @param seconds of the current session
    private record Touched(long events, LogEntry.Totals totals, double seconds) {}

    SearchLedger(Connection connection) {
        this.connection = connection;
    }

    /// Appends an event. Keeps an event that is already stored.
    ///
    /// @param seconds of the current session
    /// @return false if the search no longer exists
    boolean append(long search, LogEntry entry, double seconds) throws SQLException {
        long due = next(search);
        if (entry.number() < due) return true;
        if (entry.number() > due && !exists(search)) return false;
        if (entry.number() > due)
            throw new IllegalStateException(
                    "event %d of search %d came where %d was due".formatted(entry.number(), search, due));
        var event = entry.event();
        var insertEvent = statement(INSERT_EVENT);
        insertEvent.setLong(1, entry.number());
        insertEvent.setString(2, EventCodec.kind(event));
        insertEvent.setInt(3, EventCodec.format(event));
        insertEvent.setString(4, EventCodec.encode(event));
        insertEvent.setDouble(5, seconds);
        insertEvent.setLong(6, search);
        if (insertEvent.executeUpdate() == 0) return false;
        next.put(search, due + 1);
        touched.put(search, new Touched(due + 1, entry.totals(), seconds));
        if (entry.candidate() != null) put(search, entry.candidate());
        for (var rescored : entry.rescored()) score(search, rescored);
        return true;
    }

    private boolean exists(long search) throws SQLException {
        var query = statement(EXISTS);
        query.setLong(1, search);
        try (var rows = query.executeQuery()) {
            return rows.next();
        }
    }

    private void put(long search, LogEntry.Ended ended) throws SQLException {
        var candidate = ended.candidate();
        var putCandidate = statement(PUT_CANDIDATE);
        putCandidate.setLong(1, search);
        putCandidate.setInt(2, candidate.number());
        putCandidate.setInt(3, ended.node());
        putCandidate.setString(4, candidate.finish().name());
        putCandidate.setInt(5, ended.tokens());
        putCandidate.setString(6, candidate.text());
        putCandidate.setString(7, EventCodec.encode(candidate.scores()));
        putCandidate.setObject(8, Double.isNaN(candidate.logProb()) ? null : candidate.logProb());
        putCandidate.setString(9, candidate.variant());
        putCandidate.executeUpdate();
    }

    private void score(long search, LogEntry.Rescored rescored) throws SQLException {
        var scoreCandidate = statement(SCORE_CANDIDATE);
        scoreCandidate.setString(1, EventCodec.encode(rescored.scores()));
        scoreCandidate.setLong(2, search);
        scoreCandidate.setInt(3, rescored.node());
        scoreCandidate.executeUpdate();
    }

    /// @param seconds,executed of the current session
    void finish(long search, SearchStatus status, double seconds, TokensProcessed executed) throws SQLException {
        writeTotals(search);
        var updateStatus = statement(UPDATE_STATUS);
        updateStatus.setString(1, status.name());
        updateStatus.setDouble(2, seconds);
        for (int i = 3; i <= 4; i++) updateStatus.setLong(i, executed.policy());
        for (int i = 5; i <= 6; i++) updateStatus.setLong(i, executed.reward());
        updateStatus.setLong(7, search);
        updateStatus.executeUpdate();
        ended.add(search);
    }

    /// Call it as a transaction's last change: writes the counts and costs.
    void committing() throws SQLException {
        for (long search : List.copyOf(touched.keySet())) writeTotals(search);
        ended.forEach(next::remove);
        ended.clear();
    }

    /// Call it after a rollback.
    void forget() {
        for (var statement : statements.values()) {
            try {
                statement.close();
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.DEBUG, "closing a statement that failed", e);
            }
        }
        statements.clear();
        next.clear();
        touched.clear();
        ended.clear();
    }

    void forget(long search) {
        next.remove(search);
    }

    private void writeTotals(long search) throws SQLException {
        var behind = touched.remove(search);
        if (behind == null) return;
        var totals = behind.totals();
        var updateTotals = statement(UPDATE_TOTALS);
        updateTotals.setLong(1, behind.events());
        updateTotals.setInt(2, totals.candidates());
        updateTotals.setLong(3, totals.policy().generated());
        updateTotals.setLong(4, totals.policy().processed());
        updateTotals.setLong(5, totals.reward().generated());
        updateTotals.setLong(6, totals.reward().processed());
        updateTotals.setString(7, totals.failure());
        updateTotals.setDouble(8, behind.seconds());
        updateTotals.setLong(9, search);
        updateTotals.executeUpdate();
    }

    private PreparedStatement statement(String sql) throws SQLException {
        var statement = statements.get(sql);
        if (statement == null) statements.put(sql, statement = connection.prepareStatement(sql));
        return statement;
    }

    private long next(long search) throws SQLException {
        var known = next.get(search);
        if (known != null) return known;
        var query = statement(NEXT_EVENT);
        query.setLong(1, search);
        try (var row = query.executeQuery()) {
            long number = row.next() ? row.getLong(1) : 0;
            next.put(search, number);
            return number;
        }
    }

    /// @param events in stored form
    /// @throws EspalierException if each event is readable but they contradict each other
    static void check(long search, List<SearchEvent> events) {
        try {
            var _ = SearchTree.of(events);
        } catch (RuntimeException e) {
            throw new EspalierException(
                    "The log of search %d is damaged: its events contradict each other. Run the search again."
                            .formatted(search),
                    e);
        }
    }

    static List<StoredEvent> events(Connection connection, long search, long from) throws SQLException {
        try (var query = connection.prepareStatement(
                "SELECT number, kind, format, payload, seconds FROM event WHERE search = ? AND number >= ? ORDER BY number")) {
            query.setLong(1, search);
            query.setLong(2, from);
            var events = new ArrayList<StoredEvent>();
            try (var row = query.executeQuery()) {
                while (row.next()) events.add(event(search, from + events.size(), row));
            }
            return events;
        }
    }

    private static StoredEvent event(long search, long due, ResultSet row) throws SQLException {
        var columns = new Columns(row);
        long number = columns.whole("number");
        if (number != due)
            throw new EspalierException("Event %d of search %d is missing: the log is damaged. Run the search again."
                    .formatted(due, search));
        var kind = columns.text("kind");
        int format = columns.count("format", 0);
        var event = columns.read("payload", DAMAGED, payload -> EventCodec.decode(kind, format, payload));
        double seconds = columns.number("seconds");
        if (!columns.damaged().isEmpty()) {
            throw new EspalierException(
                    "Event %d of search %d cannot be read: it is damaged, or another program wrote it. Run the search again."
                            .formatted(number, search));
        }
        return new StoredEvent(number, event, seconds);
    }
}
