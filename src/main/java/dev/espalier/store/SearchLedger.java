package dev.espalier.store;

import dev.espalier.EspalierException;
import dev.espalier.search.log.Candidate;
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

/// Writes events and what follows from them: candidates, counts and costs. Keeps the tree of each search that is being
/// written; a tree that is not there is rebuilt from the stored log. For the writing thread only, within its transactions.
final class SearchLedger {
    private static final System.Logger LOG = System.getLogger(SearchLedger.class.getName());
    private static final String INSERT_EVENT =
        "INSERT INTO event (search, number, kind, format, payload, seconds) SELECT id, ?, ?, ?, ?, seconds_before + ? FROM search WHERE id = ?";
    private static final String PUT_CANDIDATE =
        "INSERT OR REPLACE INTO candidate (search, number, node, finish, tokens, text, scores, log_prob, variant) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final SearchEvent DAMAGED = new SearchEvent.Warned("damaged");
    private static final String SCORE_CANDIDATE = "UPDATE candidate SET scores = ? WHERE search = ? AND node = ?";
    private static final String UPDATE_TOTALS = """
        UPDATE search SET events = ?, candidates = ?, policy_generated = ?, policy_processed = ?, reward_generated = ?, reward_processed = ?, failure = ?,
            seconds = seconds_before + ? WHERE id = ?""";
    private static final String UPDATE_STATUS = """
        UPDATE search SET status = ?, seconds = seconds_before + ?, policy_executed = iif(min(policy_executed, ?) < 0, -1, policy_executed + ?),
            reward_executed = iif(min(reward_executed, ?) < 0, -1, reward_executed + ?) WHERE id = ?""";

    /// They live as long as the connection, or until one fails: the driver closes it then.
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final Connection connection;
    private final Map<Long, SearchTree> trees = new HashMap<>();
    private final Map<Long, Double> touched = new HashMap<>();
    private final Set<Long> ended = new HashSet<>();

    SearchLedger(Connection connection) {
        this.connection = connection;
    }

    /// An event that is stored already is left as it is.
    ///
    /// @param seconds of the present sitting
    /// @return false where the search is no longer there
    boolean append(long search, long number, SearchEvent event, double seconds) throws SQLException {
        var tree = tree(search);
        if (number < tree.events()) return true;
        if (number > tree.events()) throw new IllegalStateException("event %d of search %d came where %d was due".formatted(number, search, tree.events()));
        var insertEvent = statement(INSERT_EVENT);
        insertEvent.setLong(1, number);
        insertEvent.setString(2, EventCodec.kind(event));
        insertEvent.setInt(3, EventCodec.format(event));
        insertEvent.setString(4, EventCodec.encode(event));
        insertEvent.setDouble(5, seconds);
        insertEvent.setLong(6, search);
        tree.apply(event);
        if (insertEvent.executeUpdate() == 0) return false;
        touched.put(search, seconds);
        switch (event) {
            case SearchEvent.Ended end -> put(search, tree, end);
            case SearchEvent.Scored scored -> score(search, tree, scored);
            default -> { }
        }
        return true;
    }

    private void put(long search, SearchTree tree, SearchEvent.Ended end) throws SQLException {
        var putCandidate = statement(PUT_CANDIDATE);
        putCandidate.setLong(1, search);
        putCandidate.setInt(2, end.candidate());
        putCandidate.setInt(3, end.node());
        putCandidate.setString(4, end.finish().name());
        putCandidate.setInt(5, tree.path(end.node()).stream().mapToInt(node -> node.step().tokens().length).sum());
        putCandidate.setString(6, tree.text(end.node()));
        putCandidate.setString(7, EventCodec.encode(tree.node(end.node()).pathScores()));
        double logProb = Candidate.logProb(tree, end.node());
        putCandidate.setObject(8, Double.isNaN(logProb) ? null : logProb);
        putCandidate.setString(9, tree.variant(end.node()).name());
        putCandidate.executeUpdate();
    }

    /// Scores that come after the end, and those of nodes above the one that was scored.
    private void score(long search, SearchTree tree, SearchEvent.Scored scored) throws SQLException {
        for (var node : tree.path(scored.node())) {
            if (node.candidate() < 0) continue;
            var scoreCandidate = statement(SCORE_CANDIDATE);
            scoreCandidate.setString(1, EventCodec.encode(node.pathScores()));
            scoreCandidate.setLong(2, search);
            scoreCandidate.setInt(3, node.id());
            scoreCandidate.executeUpdate();
        }
    }

    /// @param seconds,executed of the present sitting
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

    /// The last change of a transaction: brings counts and costs up to date.
    void committing() throws SQLException {
        for (long search : List.copyOf(touched.keySet())) writeTotals(search);
        ended.forEach(trees::remove);
        ended.clear();
    }

    /// The transaction was not written.
    void forget() {
        for (var statement : statements.values()) {
            try {
                statement.close();
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.DEBUG, "closing a statement that failed", e);
            }
        }
        statements.clear();
        trees.clear();
        touched.clear();
        ended.clear();
    }

    void forget(long search) {
        trees.remove(search);
    }

    /// Takes a tree that the stored log gives, so that it need not be rebuilt here.
    ///
    /// @return whether there was none yet
    boolean adopt(long search, SearchTree tree) {
        return trees.putIfAbsent(search, tree) == null;
    }

    private void writeTotals(long search) throws SQLException {
        var seconds = touched.remove(search);
        if (seconds == null) return;
        var tree = tree(search);
        var updateTotals = statement(UPDATE_TOTALS);
        updateTotals.setLong(1, tree.events());
        updateTotals.setInt(2, tree.candidates().size());
        updateTotals.setLong(3, tree.policyCost().generated());
        updateTotals.setLong(4, tree.policyCost().processed());
        updateTotals.setLong(5, tree.rewardCost().generated());
        updateTotals.setLong(6, tree.rewardCost().processed());
        updateTotals.setString(7, tree.failure());
        updateTotals.setDouble(8, seconds);
        updateTotals.setLong(9, search);
        updateTotals.executeUpdate();
    }

    private PreparedStatement statement(String sql) throws SQLException {
        var statement = statements.get(sql);
        if (statement == null) statements.put(sql, statement = connection.prepareStatement(sql));
        return statement;
    }

    private SearchTree tree(long search) throws SQLException {
        var tree = trees.get(search);
        if (tree == null) {
            tree = tree(search, events(connection, search, 0).stream().map(StoredEvent::event).toList());
            trees.put(search, tree);
        }
        return tree;
    }

    /// @param events as they are stored
    /// @throws EspalierException where they are readable one by one and do not fit together
    static SearchTree tree(long search, List<SearchEvent> events) {
        try {
            return SearchTree.of(events);
        } catch (RuntimeException e) {
            throw new EspalierException("The log of search %d is damaged: its events do not fit together. Run the search anew.".formatted(search), e);
        }
    }

    static List<StoredEvent> events(Connection connection, long search, long from) throws SQLException {
        try (var query = connection.prepareStatement("SELECT number, kind, format, payload, seconds FROM event WHERE search = ? AND number >= ? ORDER BY number")) {
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
        if (number != due) throw new EspalierException("Event %d of search %d is missing: the log is damaged. Run the search anew.".formatted(due, search));
        var kind = columns.text("kind");
        int format = columns.count("format", 0);
        var event = columns.read("payload", DAMAGED, payload -> EventCodec.decode(kind, format, payload));
        double seconds = columns.number("seconds");
        if (!columns.damaged().isEmpty()) {
            throw new EspalierException("Event %d of search %d cannot be read: it is damaged, or another program wrote it. Run the search anew.".formatted(number, search));
        }
        return new StoredEvent(number, event, seconds);
    }
}
