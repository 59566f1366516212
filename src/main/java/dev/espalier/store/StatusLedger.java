package dev.espalier.store;

import dev.espalier.task.Task;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/// Stores the status of problems. Call the writing methods on the writing thread only.
final class StatusLedger {
    private static final String READ = """
        SELECT search, task, version, status FROM problem_status
        WHERE search IN (SELECT max(id) FROM search WHERE status = 'FINISHED' GROUP BY problem_key)""";
    private static final String PUT =
            "INSERT OR REPLACE INTO problem_status (search, task, version, status) SELECT id, ?, ?, ? FROM search WHERE id = ?";

    private final Connection connection;

    /// @param connection the writer's
    StatusLedger(Connection connection) {
        this.connection = connection;
    }

    /// Returns statuses by search. Omits damaged rows, so that their status is computed again.
    static Map<Long, StoredStatus> read(Connection connection) throws SQLException {
        try (var query = connection.prepareStatement(READ);
                var row = query.executeQuery()) {
            var statuses = new HashMap<Long, StoredStatus>();
            while (row.next()) {
                var columns = new Columns(row);
                var status =
                        new StoredStatus(columns.text("task"), columns.count("version", 0), columns.text("status"));
                if (columns.damaged().isEmpty()) statuses.put(row.getLong("search"), status);
            }
            return statuses;
        }
    }

    /// Does nothing if the search was deleted.
    void put(long search, Task task, String status) throws SQLException {
        try (var put = connection.prepareStatement(PUT)) {
            put.setString(1, task.name());
            put.setInt(2, task.graderVersion());
            put.setString(3, status);
            put.setLong(4, search);
            put.executeUpdate();
        }
    }
}
