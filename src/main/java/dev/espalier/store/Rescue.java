package dev.espalier.store;

import dev.espalier.EspalierException;
import dev.espalier.io.PrivateFiles;
import dev.espalier.store.FilePlace.Displacement;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Saves the content of a displaced database, which the open connection still reaches. See decision 0088.
final class Rescue {
    private static final System.Logger LOG = System.getLogger(Rescue.class.getName());

    private final Path file;
    private final Connection connection;

    /// @param connection the writer's
    Rescue(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /// @param written whether the open file holds all waiting events
    /// @return what happened and what to do
    EspalierException from(Displacement displacement, boolean written) {
        return new EspalierException(
                switch (displacement) {
                    case Displacement.Moved(Path to) ->
                        checkpointed()
                                ? "The database %s was moved to %s while Espalier was writing to it. %s stored there. Move it back, or name it with --db, to continue."
                                        .formatted(file, to, all(written))
                                : "The database %s was moved to %s while Espalier was writing to it. %s"
                                        .formatted(file, to, copiedTo(written));
                    case Displacement.Gone(boolean replaced) ->
                        "The database %s was %s while Espalier was writing to it. %s"
                                .formatted(file, replaced ? "replaced by another file" : "deleted", copiedTo(written));
                    case Displacement.CompanionGone(String of) ->
                        checkpointed()
                                ? "The file %s was deleted while Espalier was writing to the database %s. %s safe in the database. Start Espalier again to continue."
                                        .formatted(of, file, all(written))
                                : "The file %s was deleted while Espalier was writing to the database %s. %s"
                                        .formatted(of, file, copiedTo(written));
                    case Displacement.Overwritten() ->
                        "Another program has written over the database %s while Espalier was writing to it. %s"
                                .formatted(file, salvaged());
                });
    }

    /// Keeps waiting events out of an overwritten file, which stays as the other program wrote it.
    void leaveTheFile() throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_autocheckpoint = 0");
        }
    }

    /// The file's content is gone, but the write-ahead log and SQLite's memory hold the latest writes.
    private String salvaged() {
        var copy = copy();
        if (copy != null && !sound(copy)) {
            try {
                Files.delete(copy);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "deleting the damaged " + copy, e);
            }
            copy = null;
        }
        forgetLog();
        return copy == null
                ? "Its content is lost. Restore a backup, or choose another file with --db, and start Espalier again."
                : "Espalier copied what it could still read to %s; some results may be missing. Check its runs, and name it with --db to continue."
                        .formatted(copy);
    }

    private static boolean sound(Path copy) {
        try (var connection = DatabaseFile.read(copy);
                var statement = connection.createStatement();
                var row = statement.executeQuery("PRAGMA integrity_check(1)")) {
            return row.next() && "ok".equals(row.getString(1));
        } catch (SQLException e) {
            LOG.log(Level.WARNING, "reading " + copy, e);
            return false;
        }
    }

    /// The log belongs to the overwritten content. The next program to open the file, or this connection when it
    /// closes, would apply it to the new content.
    private void forgetLog() {
        var log = file.resolveSibling(file.getFileName() + "-wal");
        try {
            if (Files.exists(log))
                Files.newByteChannel(log, StandardOpenOption.WRITE).truncate(0).close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "emptying " + log, e);
        }
    }

    private static String all(boolean written) {
        return written ? "All results are" : "All but the last second's results are";
    }

    /// Checkpoints the write-ahead log, which may be elsewhere or have no name, into the database.
    private boolean checkpointed() {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            return row.getInt(1) == 0;
        } catch (SQLException e) {
            LOG.log(Level.WARNING, "checkpoint of " + file, e);
            return false;
        }
    }

    private String copiedTo(boolean written) {
        var copy = copy();
        // A file opened in its place must not find this database's log.
        checkpointed();
        return copy == null
                ? "Espalier could not copy its results: see the log."
                : "%s copied to %s. Name that file with --db to continue.".formatted(all(written), copy);
    }

    private @Nullable Path copy() {
        for (var folder = file.toAbsolutePath().getParent(); folder != null; folder = folder.getParent()) {
            if (!Files.isDirectory(folder)) continue;
            try {
                var copy = free(folder);
                try (var statement = connection.createStatement()) {
                    statement.execute("VACUUM INTO '" + copy.toString().replace("'", "''") + "'");
                    return copy;
                } catch (SQLException e) {
                    Files.deleteIfExists(copy);
                    LOG.log(Level.WARNING, "copying " + file + " to " + copy, e);
                }
            } catch (IOException e) {
                LOG.log(Level.WARNING, "no copy of " + file + " in " + folder, e);
            }
        }
        return null;
    }

    /// Creates an empty file with an unused name: "runs-rescued.db", "runs-rescued-2.db".
    private Path free(Path folder) throws IOException {
        var name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        var stem = dot > 0 ? name.substring(0, dot) : name;
        var ending = dot > 0 ? name.substring(dot) : "";
        for (int number = 1; ; number++) {
            var copy = folder.resolve(stem + "-rescued" + (number == 1 ? "" : "-" + number) + ending);
            if (!Files.exists(copy)) return PrivateFiles.file(copy);
        }
    }
}
