package dev.espalier.store;

import dev.espalier.EspalierException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// Turns SQLite's error codes into sentences for the user.
final class DatabaseError {
    private DatabaseError() {}

    static EspalierException of(Path file, SQLException cause) {
        return new EspalierException(sentence(file, cause), cause);
    }

    private static String sentence(Path file, SQLException cause) {
        return switch (SQLiteErrorCode.getErrorCode(primary(cause))) {
            case SQLITE_FULL ->
                "The disk is full: nothing more can be stored in %s. What was stored is safe. Make room and try again."
                        .formatted(file);
            case SQLITE_NOTADB, SQLITE_CORRUPT -> damaged(file);
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH ->
                "The database %s cannot be written: the file or its folder is read-only. Change its permissions or choose another file with --db."
                        .formatted(file);
            case SQLITE_CANTOPEN ->
                "The database %s cannot be opened. Check that its folder exists and can be written, or choose another file with --db."
                        .formatted(file);
            case SQLITE_BUSY, SQLITE_LOCKED ->
                "The database %s is locked by another program. Close that program, or choose another file with --db, and try again."
                        .formatted(file);
            case SQLITE_IOERR ->
                "The disk reported an error at the database %s. Data that was stored before is kept. Check the disk and try again."
                        .formatted(file);
            case SQLITE_CONSTRAINT ->
                "The new data contradicts the content of the database %s: another program wrote to it. Close that program and try again, or choose another file with --db."
                        .formatted(file);
            case SQLITE_TOOBIG ->
                "A text is longer than a database can hold (1 GB): it cannot be stored in %s.".formatted(file);
            default ->
                "The database %s reported an error (number %d). See the log, or choose another file with --db."
                        .formatted(file, primary(cause));
        };
    }

    static String damaged(Path file) {
        return "%s is damaged or not a SQLite database. It was left untouched: choose another file with --db, or restore a backup of it."
                .formatted(file);
    }

    /// The lowest byte of an extended result code is the primary code (sqlite.org/rescode.html).
    private static int primary(SQLException cause) {
        return (cause instanceof SQLiteException sqlite ? sqlite.getResultCode().code : cause.getErrorCode()) & 0xff;
    }
}
