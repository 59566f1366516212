package dev.espalier.store;

import dev.espalier.EspalierException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The runs that this process works on. Each has a row with a heartbeat in the table `owner`. Another process takes
/// over a run only if its owner has certainly ended or has sent no heartbeat for [#STALE]. The former owner notices it
/// in its next transaction, before it writes. See decision 0087.
///
/// Call it on the writing thread, within a transaction; call [#living] on any thread.
final class Ownership {
    static final Duration BEAT = Duration.ofSeconds(5);
    static final Duration STALE = Duration.ofSeconds(60);
    /// Stands for the whole run among the ids of its searches.
    static final long WHOLE = 0;

    private final Connection connection;
    private final WorkingProcess self;
    private final InstantSource clock;
    private final String token = UUID.randomUUID().toString();
    /// Searches in progress, by run.
    private final Map<Long, Set<Long>> held = new HashMap<>();
    /// Searches taken in the current transaction, by run.
    private final Map<Long, Set<Long>> taking = new HashMap<>();
    private long beatAt;

    Ownership(Connection connection, WorkingProcess self, InstantSource clock) {
        this.connection = connection;
        this.self = self;
        this.clock = clock;
    }

    /// Takes searches of a run.
    ///
    /// @throws EspalierException if another process works on the run
    void take(long run, Set<Long> searches) throws SQLException {
        refuseForeign(run);
        try (var insert = connection.prepareStatement(
                "INSERT INTO owner (run, token, process, host, start, beat) SELECT id, ?, ?, ?, ?, ? FROM run WHERE id = ? ON CONFLICT (run) DO UPDATE "
                        + "SET token = excluded.token, process = excluded.process, host = excluded.host, start = excluded.start, beat = excluded.beat")) {
            insert.setString(1, token);
            insert.setLong(2, self.id());
            insert.setString(3, self.host());
            insert.setString(4, self.start());
            insert.setLong(5, clock.millis());
            insert.setLong(6, run);
            if (insert.executeUpdate() == 0) throw Catalogue.noRun(run);
        }
        taking.computeIfAbsent(run, _ -> new HashSet<>()).addAll(searches);
    }

    /// @throws EspalierException if another process works on the run
    void refuseForeign(long run) throws SQLException {
        try (var query =
                connection.prepareStatement("SELECT token, process, host, start, beat FROM owner WHERE run = ?")) {
            query.setLong(1, run);
            try (var row = query.executeQuery()) {
                if (!row.next()) return;
                var owner = living(new Columns(row), "");
                if (owner != null && !owner.here()) {
                    throw new EspalierException(
                            owner.sentence(run) + " Wait until it is done, or cancel it there, and try again.");
                }
            }
        }
    }

    /// Releases a search. Releases the run with its last search.
    void done(long run, long search) throws SQLException {
        var rest = new HashSet<>(held.getOrDefault(run, Set.of()));
        rest.remove(search);
        keep(run, rest);
    }

    /// Releases a run except some of its searches.
    void keep(long run, Set<Long> searches) throws SQLException {
        var rest = held.getOrDefault(run, new HashSet<>());
        rest.retainAll(searches);
        if (!rest.isEmpty()) return;
        held.remove(run);
        try (var delete = connection.prepareStatement("DELETE FROM owner WHERE run = ? AND token = ?")) {
            delete.setLong(1, run);
            delete.setString(2, token);
            delete.executeUpdate();
        }
    }

    /// Releases all runs.
    void allDone() throws SQLException {
        held.clear();
        try (var delete = connection.prepareStatement("DELETE FROM owner WHERE token = ?")) {
            delete.setString(1, token);
            delete.executeUpdate();
        }
    }

    boolean holdsAny() {
        return !held.isEmpty();
    }

    boolean beatDue() {
        return holdsAny() && Math.abs(clock.millis() - beatAt) >= BEAT.toMillis();
    }

    /// Call it first in a transaction. Finds lost runs before anything is written, and sends the heartbeat when it
    /// is due.
    ///
    /// @return the lost runs, each with the reason
    Map<Long, EspalierException> begin() throws SQLException {
        if (held.isEmpty()) return Map.of();
        var ours = new HashSet<Long>();
        try (var query = connection.prepareStatement("SELECT run FROM owner WHERE token = ?")) {
            query.setString(1, token);
            try (var row = query.executeQuery()) {
                while (row.next()) ours.add(row.getLong(1));
            }
        }
        var lost = new LinkedHashMap<Long, EspalierException>();
        for (long run : List.copyOf(held.keySet())) {
            if (ours.contains(run)) continue;
            held.remove(run);
            lost.put(run, lost(run));
        }
        if (beatDue()) beat();
        return lost;
    }

    private void beat() throws SQLException {
        try (var update = connection.prepareStatement("UPDATE owner SET beat = ? WHERE token = ?")) {
            update.setLong(1, clock.millis());
            update.setString(2, token);
            update.executeUpdate();
        }
        beatAt = clock.millis();
    }

    private EspalierException lost(long run) throws SQLException {
        try (var query = connection.prepareStatement(
                "SELECT owner.process FROM run LEFT JOIN owner ON owner.run = run.id WHERE run.id = ?")) {
            query.setLong(1, run);
            try (var row = query.executeQuery()) {
                if (!row.next())
                    return new EspalierException(
                            "Run %d was deleted by another program while it was running, with its results. Start it again."
                                    .formatted(run));
                long process = row.getLong(1);
                return new EspalierException(
                        "Run %d was taken over by another Espalier%s, because this one did not respond for more than %d seconds. Stored results are safe. Wait until the other is done, then resume."
                                .formatted(run, process == 0 ? "" : " (process " + process + ")", STALE.toSeconds()));
            }
        }
    }

    void committed() {
        taking.forEach((run, searches) ->
                held.computeIfAbsent(run, _ -> new HashSet<>()).addAll(searches));
        if (!taking.isEmpty() && beatAt == 0) beatAt = clock.millis();
        taking.clear();
    }

    void rolledBack() {
        taking.clear();
    }

    /// The process that works on a run, or null.
    ///
    /// @param row    columns of the table `owner`, null if there are none
    /// @param prefix of the columns' names
    @Nullable
    Owner living(Columns row, String prefix) throws SQLException {
        if (row.isNull(prefix + "token")) return null;
        if (row.text(prefix + "token").equals(token)) return new Owner(self.id(), "", true);
        var process = new WorkingProcess(
                row.whole(prefix + "process"), row.text(prefix + "host"), row.text(prefix + "start"));
        if (clock.millis() - row.whole(prefix + "beat") > STALE.toMillis() || process.gone(self)) return null;
        return new Owner(process.id(), process.host().equals(self.host()) ? "" : process.host(), false);
    }
}
