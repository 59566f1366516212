package dev.espalier.store;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Detects that another program has written over the database file, bypassing SQLite (`cp other.db runs.db` keeps the
/// inode). A row holds random bytes, drawn for this file, and a number that every transaction increments. A checkpoint
/// writes the row to the file, where its bytes are read beside SQLite.
///
/// The bytes in the file are a value that the row had between the last check and now. Another database has other random
/// bytes; an older copy of this one has a smaller number; a copy that was worked on has its own random bytes. See
/// decision 0101.
///
/// Call it on the writing thread only.
final class Mark {
    /// Random bytes and the number. They are the last bytes of the row's page, because SQLite fills pages from the
    /// end.
    private static final int BYTES = 16;
    private static final long FIRST = 1L << 56;
    /// Number of reads before a mismatch counts: another program's checkpoint may be in progress.
    private static final int LOOKS = 20;
    private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private static final System.Logger LOG = System.getLogger(Mark.class.getName());

    private record Value(long drawn, long changes) {}

    private final Connection connection;
    private final RawFile raw;
    private boolean there;
    private @Nullable PreparedStatement counting;
    private @Nullable PreparedStatement moving;
    private long counted;
    private long at;
    /// The last value found in the file; null until a checkpoint has written one.
    private @Nullable Value last;

    /// @param connection the writer's, without an open transaction
    Mark(Connection connection, RawFile raw) {
        this.connection = connection;
        this.raw = raw;
        try {
            there = find();
            if (there) {
                if (!raw.place().equals(place())) draw();
                counting = connection.prepareStatement("SELECT total_changes()");
                moving = connection.prepareStatement("UPDATE mark SET changes = changes + 1");
                counted = changes(counting);
                look();
            }
        } catch (SQLException | IOException e) {
            // For example on a full disk, where reading must still work.
            LOG.log(Level.WARNING, "the database has no mark: whether it is written over is not watched", e);
            there = false;
        }
    }

    private boolean find() throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "SELECT rootpage * (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE type = 'table' AND name = 'mark'")) {
            if (!row.next()) return false;
            at = row.getLong(1) - BYTES;
            return true;
        }
    }

    private @Nullable String place() throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT place FROM mark")) {
            return row.next() ? row.getString(1) : null;
        }
    }

    /// Draws random bytes for a new file or a copy.
    private void draw() throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try (var insert = connection.prepareStatement(
                    "INSERT INTO mark (id, place, drawn, changes) VALUES (1, ?, ?, ?) ON CONFLICT (id) DO UPDATE "
                            + "SET place = excluded.place, drawn = excluded.drawn, changes = changes + 1 WHERE place <> excluded.place")) {
                var random = new byte[Long.BYTES];
                new SecureRandom().nextBytes(random);
                insert.setString(1, raw.place());
                insert.setBytes(2, random);
                insert.setLong(3, FIRST);
                boolean drawn = insert.executeUpdate() > 0;
                statement.execute("COMMIT");
                if (drawn) statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
            } catch (SQLException e) {
                statement.execute("ROLLBACK");
                throw e;
            }
        }
    }

    /// Call it last in a transaction. Does nothing if the transaction changed nothing.
    void move() throws SQLException {
        if (counting == null || moving == null || counted == changes(counting)) return;
        moving.executeUpdate();
        counted = changes(counting);
    }

    private static long changes(PreparedStatement counting) throws SQLException {
        try (var row = counting.executeQuery()) {
            return row.getLong(1);
        }
    }

    /// Whether the file holds something that SQLite did not write. Call it between transactions.
    boolean overwritten() {
        if (!there) return false;
        for (int looks = 1; ; looks++) {
            try {
                if (look()) return false;
            } catch (IOException e) {
                LOG.log(Level.WARNING, "the database's mark cannot be read", e);
                return false;
            } catch (SQLException e) {
                // SQLite cannot read the file's content.
                if (looks == LOOKS) LOG.log(Level.WARNING, "the database's mark cannot be read through SQLite", e);
            }
            if (looks == LOOKS) return true;
            LockSupport.parkNanos(BETWEEN_NANOS);
        }
    }

    /// @return whether SQLite may have written the file's bytes
    private boolean look() throws IOException, SQLException {
        var found = inFile();
        if (found != null && found.equals(last)) return true;
        if (last != null && follows(found)) return true;
        // VACUUM moves the row's page.
        long before = at;
        if (find() && at != before && follows(inFile())) return true;
        if (last != null) return false;
        follows(found);
        return true;
    }

    /// Records the value as the last one, if it can follow it.
    private boolean follows(@Nullable Value found) throws SQLException {
        var now = inDatabase();
        if (found == null
                || now == null
                || found.changes > now.changes
                || found.drawn != now.drawn && (last == null || found.drawn != last.drawn)) return false;
        if (last != null && found.changes < last.changes) return false;
        last = found;
        return true;
    }

    private @Nullable Value inFile() throws IOException {
        var bytes = raw.read(at, BYTES);
        return bytes == null ? null : new Value(bytes.getLong(), bytes.getLong());
    }

    private @Nullable Value inDatabase() throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT drawn, changes FROM mark")) {
            return row.next() ? new Value(ByteBuffer.wrap(row.getBytes(1)).getLong(), row.getLong(2)) : null;
        }
    }
}
