package dev.espalier.store;

import dev.espalier.EspalierException;
import dev.espalier.io.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/// Checks whether a SQLite file is Espalier's and connects to it. Reads the file's header before SQLite does, so that
/// it never writes to another program's file.
final class DatabaseFile {
    /// "Espl" marks the file as Espalier's (`PRAGMA application_id`).
    static final int APPLICATION_ID = 0x4573706C;
    static final int BUSY_MILLISECONDS = 10_000;

    private static final System.Logger LOG = System.getLogger(DatabaseFile.class.getName());
    // sqlite.org/fileformat.html, section 1.3
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 100;
    private static final int APPLICATION_ID_AT = 68;

    private DatabaseFile() {}

    /// Migrates the file to the current version.
    ///
    /// @param raw from [#open]
    /// @throws EspalierException if the file is damaged, from a newer Espalier, or not writable
    static Connection create(Path file, RawFile raw, Migrations migrations) {
        @Nullable Connection connection = null;
        try {
            boolean fresh = raw.size() == 0;
            connection = connect(file);
            try (var statement = connection.createStatement()) {
                // Mark the file first: a file that a crash leaves half made must be recognised as
                // Espalier's.
                if (fresh) statement.executeUpdate("PRAGMA application_id = " + APPLICATION_ID);
                int version = Migrations.version(connection);
                if (version > migrations.version()) {
                    throw new EspalierException(
                            "The database %s was written by a newer Espalier (version %d of the format, this program knows up to %d). It was left untouched: update Espalier, or choose another file with --db."
                                    .formatted(file, version, migrations.version()));
                }
                try (var mode = statement.executeQuery("PRAGMA journal_mode = WAL")) {
                    if (!"wal".equals(mode.getString(1)))
                        LOG.log(
                                System.Logger.Level.WARNING,
                                "{0}: no write-ahead log here, reading will wait for writing",
                                file);
                }
                statement.executeUpdate("PRAGMA synchronous = NORMAL");
            }
            migrations.apply(connection);
            return connection;
        } catch (SQLException e) {
            close(connection, e);
            throw DatabaseError.of(file, e);
        } catch (IOException e) {
            throw unusable(file, e);
        } catch (EspalierException e) {
            close(connection, e);
            throw e;
        }
    }

    /// Opens another connection, for reading.
    static Connection read(Path file) throws SQLException {
        var connection = connect(file);
        try (var statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA query_only = ON");
        }
        return connection;
    }

    /// Never creates a file, so that a deleted database is noticed.
    private static Connection connect(Path file) throws SQLException {
        SqliteLibrary.unpack();
        var config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(BUSY_MILLISECONDS);
        // A URI, because the driver takes text after a question mark in a plain name as settings.
        return JDBC.createConnection("jdbc:sqlite:" + file.toUri(), config.toProperties());
    }

    /// Creates an empty file if missing; otherwise checks that the file is Espalier's.
    ///
    /// @return close it after all connections
    /// @throws EspalierException if the file is not Espalier's or is damaged
    static RawFile open(Path file) {
        try {
            if (Files.isDirectory(file))
                throw new EspalierException("%s is a folder, not a database. Name a file with --db.".formatted(file));
            var folder = file.toAbsolutePath().getParent();
            if (folder != null) PrivateFiles.folder(folder);
            // SQLite gives the same permissions to the files that it keeps beside this one.
            if (!Files.exists(file)) make(file);
            // Otherwise SQLite would open it read-only and fail at the first write.
            if (Files.size(file) > 0 && !Files.isWritable(file))
                throw new EspalierException(
                        "The database %s is read-only. Change its permissions or choose another file with --db."
                                .formatted(file));
            var raw = RawFile.open(file);
            try {
                if (raw.size() > 0) checkHeader(file, raw.read(0, HEADER));
                return raw;
            } catch (IOException | RuntimeException e) {
                raw.close();
                throw e;
            }
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static void checkHeader(Path file, @Nullable ByteBuffer header) {
        if (header == null || !header.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC)))
            throw new EspalierException(DatabaseError.damaged(file));
        if (header.getInt(APPLICATION_ID_AT) != APPLICATION_ID) {
            throw new EspalierException(
                    "%s is a SQLite database of another program. It was left untouched: choose another file with --db."
                            .formatted(file));
        }
    }

    private static EspalierException unusable(Path file, IOException reason) {
        return new EspalierException(
                "The database %s cannot be opened: its folder or the file cannot be read or created. Change its permissions or choose another file with --db."
                        .formatted(file),
                reason);
    }

    private static void make(Path file) throws IOException {
        try {
            PrivateFiles.file(file);
        } catch (FileAlreadyExistsException _) {
            // Another Espalier has just created it.
        }
    }

    private static void close(@Nullable Connection connection, Throwable reason) {
        if (connection == null) return;
        try {
            connection.close();
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }
}
