package dev.espalier.store;

import dev.espalier.EspalierException;
import dev.espalier.io.Sha256;
import dev.espalier.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes runs, problems and the list of searches. Call it on the writing thread only, within a transaction.
final class Catalogue {
    /// The state of a search before writing starts.
    record Opened(long search, SearchStatus status, long events) {}

    private final Connection connection;

    Catalogue(Connection connection) {
        this.connection = connection;
    }

    /// Creates a run. A sweep has one run per configuration: if it exists, returns that run.
    long createRun(RunRecord run) throws SQLException {
        try (var insert = connection.prepareStatement(
                "INSERT INTO run (name, sweep, problem_set, strategy, config, created, version, device, fork_search, fork_event, source, policy_parameters, reward_parameters, prompts) "
                        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sweep, config) WHERE sweep <> '' DO NOTHING RETURNING id")) {
            insert.setString(1, run.name());
            insert.setString(2, run.sweep());
            insert.setString(3, run.problemSet());
            insert.setString(4, run.config().strategy());
            insert.setString(5, EventCodec.encode(run.config()));
            insert.setString(6, run.created().toString());
            insert.setString(7, run.version());
            insert.setString(8, run.device());
            var fork = run.fork();
            if (fork != null) {
                insert.setLong(9, fork.search());
                insert.setInt(10, fork.event());
            }
            insert.setString(11, run.source());
            insert.setLong(12, run.policyParameters());
            insert.setLong(13, run.rewardParameters());
            insert.setString(14, run.prompts());
            try (var row = insert.executeQuery()) {
                if (row.next()) return row.getLong(1);
            }
        }
        try (var query = connection.prepareStatement("SELECT id FROM run WHERE sweep = ? AND config = ?")) {
            query.setString(1, run.sweep());
            query.setString(2, EventCodec.encode(run.config()));
            try (var row = query.executeQuery()) {
                return row.getLong(1);
            }
        }
    }

    /// Returns the run of a search.
    long run(long search) throws SQLException {
        try (var query = connection.prepareStatement("SELECT run FROM search WHERE id = ?")) {
            query.setLong(1, search);
            try (var row = query.executeQuery()) {
                if (!row.next()) throw noSearch(search);
                return row.getLong(1);
            }
        }
    }

    /// Returns the search of a problem in a run. Creates it if missing; reopens it if it was interrupted.
    Opened createSearch(long run, Problem problem) throws SQLException {
        long stored = store(problem);
        try (var query =
                connection.prepareStatement("SELECT id, problem FROM search WHERE run = ? AND problem_key = ?")) {
            query.setLong(1, run);
            query.setString(2, problem.id());
            try (var row = query.executeQuery()) {
                if (row.next()) {
                    if (row.getLong(2) != stored) {
                        throw new EspalierException(
                                "Problem %s has changed since run %d was started. Start a new run for the changed problem."
                                        .formatted(problem.id(), run));
                    }
                    return opened(row.getLong(1));
                }
            }
        }
        try (var insert = connection.prepareStatement(
                "INSERT INTO search (run, problem, problem_key, policy_executed, reward_executed) SELECT id, ?, ?, 0, 0 FROM run WHERE id = ? RETURNING id")) {
            insert.setLong(1, stored);
            insert.setString(2, problem.id());
            insert.setLong(3, run);
            try (var row = insert.executeQuery()) {
                if (!row.next()) throw noRun(run);
                return new Opened(row.getLong(1), SearchStatus.RUNNING, 0);
            }
        }
    }

    private Opened opened(long search) throws SQLException {
        try (var query = connection.prepareStatement("SELECT status, events FROM search WHERE id = ?")) {
            query.setLong(1, search);
            try (var row = query.executeQuery()) {
                if (!row.next()) throw noSearch(search);
                var columns = new Columns(row);
                var opened = new Opened(
                        search,
                        columns.read("status", SearchStatus.DAMAGED, SearchStatus::stored),
                        columns.amount("events", 0));
                return columns.damaged().isEmpty() ? opened : new Opened(search, SearchStatus.DAMAGED, 0);
            }
        }
    }

    /// Opens a search for another session. Removes the failure that ended the last session from the log, so that
    /// the log continues as after an interruption. The tokens processed by an interrupted session are unknown.
    Opened reopen(long search) throws SQLException {
        var before = opened(search);
        if (before.status == SearchStatus.DAMAGED)
            throw new EspalierException(
                    "Search %d is damaged: its status is unreadable. Delete its run, or restore a backup of the database."
                            .formatted(search));
        if (before.status == SearchStatus.FINISHED)
            throw new EspalierException("Search %d is finished: there is nothing to resume.".formatted(search));
        try (var delete =
                connection.prepareStatement("DELETE FROM event WHERE search = ? AND number = ? AND kind = 'failed'")) {
            delete.setLong(1, search);
            delete.setLong(2, before.events - 1);
            delete.executeUpdate();
        }
        try (var update = connection.prepareStatement("""
            UPDATE search SET policy_executed = iif(status = 'RUNNING' AND events > 0, -1, policy_executed),
                reward_executed = iif(status = 'RUNNING' AND events > 0, -1, reward_executed), status = 'RUNNING', failure = '', seconds_before = seconds, events = (SELECT count(*) FROM event WHERE search = search.id)
            WHERE id = ?""")) {
            update.setLong(1, search);
            update.executeUpdate();
        }
        return opened(search);
    }

    /// Stores the line of an imported search. Keeps an existing one.
    void keep(long search, ImportedLine line) throws SQLException {
        try (var insert = connection.prepareStatement(
                "INSERT INTO imported (search, line, fields) SELECT id, ?, ? FROM search WHERE id = ? ON CONFLICT DO NOTHING")) {
            insert.setLong(1, line.number());
            insert.setString(2, line.fields());
            insert.setLong(3, search);
            insert.executeUpdate();
        }
    }

    void rename(long run, String name) throws SQLException {
        try (var update = connection.prepareStatement("UPDATE run SET name = ? WHERE id = ?")) {
            update.setString(1, name);
            update.setLong(2, run);
            if (update.executeUpdate() == 0) throw noRun(run);
        }
    }

    List<Long> searches(long run) throws SQLException {
        try (var query = connection.prepareStatement("SELECT id FROM search WHERE run = ?")) {
            query.setLong(1, run);
            var searches = new ArrayList<Long>();
            try (var row = query.executeQuery()) {
                while (row.next()) searches.add(row.getLong(1));
            }
            return searches;
        }
    }

    void delete(long run) throws SQLException {
        try (var delete = connection.prepareStatement("DELETE FROM run WHERE id = ?");
                var unused = connection.prepareStatement(
                        "DELETE FROM problem WHERE NOT EXISTS (SELECT 1 FROM search WHERE search.problem = problem.id)")) {
            delete.setLong(1, run);
            if (delete.executeUpdate() == 0) throw noRun(run);
            unused.executeUpdate();
        }
    }

    boolean execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }

    private long store(Problem problem) throws SQLException {
        String hash = hash(problem);
        try (var insert = connection.prepareStatement(
                        "INSERT INTO problem (hash, key, text, gold, solution, subject, level, task, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING");
                var query = connection.prepareStatement("SELECT id FROM problem WHERE hash = ?")) {
            insert.setString(1, hash);
            insert.setString(2, problem.id());
            insert.setString(3, problem.text());
            insert.setString(4, problem.gold());
            insert.setString(5, problem.solution());
            insert.setString(6, problem.subject());
            insert.setInt(7, problem.level());
            insert.setString(8, problem.task());
            insert.setString(9, problem.payload());
            insert.executeUpdate();
            query.setString(1, hash);
            try (var row = query.executeQuery()) {
                return row.getLong(1);
            }
        }
    }

    /// Identifies a problem. Includes task and payload only if present, so that older problems keep their hash.
    static String hash(Problem problem) {
        var digest = new Sha256();
        update(
                digest,
                problem.id(),
                problem.text(),
                problem.gold(),
                problem.solution(),
                problem.subject(),
                Integer.toString(problem.level()));
        if (!problem.task().isEmpty() || !problem.payload().isEmpty())
            update(digest, problem.task(), problem.payload());
        return digest.hex();
    }

    private static void update(Sha256 digest, @Nullable String... parts) {
        for (var part : parts) {
            // Lengths separate neighbouring parts, and "" from null.
            byte[] bytes = Objects.requireNonNullElse(part, "").getBytes(StandardCharsets.UTF_8);
            digest.add((part == null ? -1 : bytes.length) + ":");
            digest.add(bytes, 0, bytes.length);
        }
    }

    static EspalierException noRun(long run) {
        return new EspalierException(
                "There is no run %d in this database. List the runs to see their numbers.".formatted(run));
    }

    static EspalierException noSearch(long search) {
        return new EspalierException(
                "There is no search %d in this database. List the searches of a run to see their numbers."
                        .formatted(search));
    }
}
