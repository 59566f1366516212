package dev.espalier.store;

import dev.espalier.EspalierException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/// Connections for reading. Reading never waits for the writer. Each reader uses a connection of its own; the pool
/// grows to the largest number of simultaneous readers.
final class Readers implements AutoCloseable {
    interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    interface Parameters {
        void set(PreparedStatement query) throws SQLException;
    }

    interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    private static final System.Logger LOG = System.getLogger(Readers.class.getName());

    private final Path file;
    private final FilePlace place;
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    Readers(Path file, FilePlace place) {
        this.file = file;
        this.place = place;
    }

    <T> T read(Work<T> work) {
        if (closed) throw new EspalierException("The database %s is closed.".formatted(file));
        var connection = idle.poll();
        try {
            if (connection == null) connection = open();
            try {
                return work.with(connection);
            } finally {
                idle.push(connection);
                if (closed) closeIdle();
            }
        } catch (SQLException e) {
            throw DatabaseError.of(file, e);
        }
    }

    /// Checks first that the name still belongs to the file that the other connections read.
    private Connection open() throws SQLException {
        if (place.displacement() != null) {
            throw new EspalierException(
                    "The database %s was deleted, moved or replaced since it was opened. Put it back, or start Espalier again."
                            .formatted(file));
        }
        return DatabaseFile.read(file);
    }

    <T> List<T> list(String sql, Parameters parameters, Row<T> row) {
        return read(connection -> {
            try (var query = connection.prepareStatement(sql)) {
                parameters.set(query);
                var list = new ArrayList<T>();
                try (var rows = query.executeQuery()) {
                    while (rows.next()) list.add(row.of(rows));
                }
                return list;
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        closeIdle();
    }

    private void closeIdle() {
        for (var connection = idle.poll(); connection != null; connection = idle.poll()) {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.WARNING, "closing " + file, e);
            }
        }
    }
}
