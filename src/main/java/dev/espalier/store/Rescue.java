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

/// Keeps what a displaced database holds: the open connection still reaches all of it. See docs/decisions/0088.
final class Rescue {
    private static final System.Logger LOG = System.getLogger(Rescue.class.getName());

    private final Path file;
    private final Connection connection;

    /// @param connection the writer's
    Rescue(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /// @param written whether all that waited is in the open file
    /// @return what is to be told
    EspalierException from(Displacement displacement, boolean written) {
        return new EspalierException(switch (displacement) {
            case Displacement.Moved(Path to) -> folded()
                ? "The database %s was moved to %s while Espalier was writing to it. %s stored there. Move it back, or name it with --db, to go on.".formatted(file, to, all(written))
                : "The database %s was moved to %s while Espalier was writing to it. %s".formatted(file, to, copied(written));
            case Displacement.Gone(boolean replaced) -> "The database %s was %s while Espalier was writing to it. %s".formatted(file, replaced ? "replaced by another file" : "deleted", copied(written));
            case Displacement.Bereft(String of) -> folded()
                ? "The file %s was deleted while Espalier was writing to the database %s. %s safe in the database. Start Espalier again to go on.".formatted(of, file, all(written))
                : "The file %s was deleted while Espalier was writing to the database %s. %s".formatted(of, file, copied(written));
            case Displacement.Overwritten() -> "Another program has written over the database %s while Espalier was writing to it. %s".formatted(file, salvaged());
        });
    }

    /// Keeps what is still to be written out of a file that was written over: it stays as the other program wrote it.
    void leaveTheFile() throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_autocheckpoint = 0");
        }
    }

    /// The file's content is gone, but the write-ahead log and SQLite's memory hold what was written last.
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
            ? "What it held is lost. Put a copy back, or choose another file with --db, and start Espalier again."
            : "Espalier copied what it could still read to %s; some results may be missing. Compare it with what you expect, and name it with --db to go on.".formatted(copy);
    }

    private static boolean sound(Path copy) {
        try (var connection = DatabaseFile.read(copy); var statement = connection.createStatement(); var row = statement.executeQuery("PRAGMA integrity_check(1)")) {
            return row.next() && "ok".equals(row.getString(1));
        } catch (SQLException e) {
            LOG.log(Level.WARNING, "reading " + copy, e);
            return false;
        }
    }

    /// The log belongs to what was written over. Whoever opens the file next, and this connection when it closes, would bring it into what was put there.
    private void forgetLog() {
        var log = file.resolveSibling(file.getFileName() + "-wal");
        try {
            if (Files.exists(log)) Files.newByteChannel(log, StandardOpenOption.WRITE).truncate(0).close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "emptying " + log, e);
        }
    }

    private static String all(boolean written) {
        return written ? "All results are" : "All but the last second's results are";
    }

    /// Brings everything from the write-ahead log, which may stand elsewhere or be without a name, into the database itself.
    private boolean folded() {
        try (var statement = connection.createStatement(); var row = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            return row.getInt(1) == 0;
        } catch (SQLException e) {
            LOG.log(Level.WARNING, "checkpoint of " + file, e);
            return false;
        }
    }

    private String copied(boolean written) {
        var copy = copy();
        // Whatever is opened in its place must not find a log that belongs to it.
        folded();
        return copy == null ? "Its results could not be copied: see the log." : "%s copied to %s. Name that file with --db to go on.".formatted(all(written), copy);
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

    /// An empty file of a name that there was not: "runs-rescued.db", "runs-rescued-2.db".
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
