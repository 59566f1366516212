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

/// Tells whether another program has written over the database from outside, SQLite not knowing (`cp other.db runs.db`: the inode stays). A row
/// holds random bytes, drawn for this file, and a number that every transaction moves on. A checkpoint brings it into the file, where its bytes are
/// read beside SQLite. What lies there was in the row at some time: since the last look at the earliest, now at the latest. Another database has other
/// random bytes, an older copy of this one has a smaller number, and a copy that was worked on has random bytes of its own. See docs/decisions/0101.
///
/// For the writing thread.
final class Mark {
    /// Random bytes and the number: the last of the page that holds the row, since SQLite fills pages from the end.
    private static final int BYTES = 16;
    private static final long FIRST = 1L << 56;
    /// How often, and how far apart, the bytes are read until they are believed: a checkpoint of another program may be at work.
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
    /// What was last in the file, null until it has got there.
    private @Nullable Value last;

    /// @param connection the writer's, with no transaction open
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
            // A disk that is full, say, of whose database somebody wants to read.
            LOG.log(Level.WARNING, "the database has no mark: whether it is written over is not watched", e);
            there = false;
        }
    }

    private boolean find() throws SQLException {
        try (var statement = connection.createStatement();
             var row = statement.executeQuery("SELECT rootpage * (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE type = 'table' AND name = 'mark'")) {
            if (!row.next()) return false;
            at = row.getLong(1) - BYTES;
            return true;
        }
    }

    private @Nullable String place() throws SQLException {
        try (var statement = connection.createStatement(); var row = statement.executeQuery("SELECT place FROM mark")) {
            return row.next() ? row.getString(1) : null;
        }
    }

    /// A new file's mark, or that of a copy.
    private void draw() throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try (var insert = connection.prepareStatement("INSERT INTO mark (id, place, drawn, changes) VALUES (1, ?, ?, ?) ON CONFLICT (id) DO UPDATE "
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

    /// The last thing in a transaction. One that has changed nothing stays without effect.
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

    /// Whether what the file holds is not what SQLite wrote. Between transactions.
    boolean overwritten() {
        if (!there) return false;
        for (int looks = 1; ; looks++) {
            try {
                if (look()) return false;
            } catch (IOException e) {
                LOG.log(Level.WARNING, "the database's mark cannot be read", e);
                return false;
            } catch (SQLException e) {
                // SQLite does not understand what it reads.
                if (looks == LOOKS) LOG.log(Level.WARNING, "the database's mark cannot be read through SQLite", e);
            }
            if (looks == LOOKS) return true;
            LockSupport.parkNanos(BETWEEN_NANOS);
        }
    }

    /// @return whether the file's bytes are among those that SQLite may have written
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

    /// Takes what was found as the last, where that may be.
    private boolean follows(@Nullable Value found) throws SQLException {
        var now = inDatabase();
        if (found == null || now == null || found.changes > now.changes || found.drawn != now.drawn && (last == null || found.drawn != last.drawn)) return false;
        if (last != null && found.changes < last.changes) return false;
        last = found;
        return true;
    }

    private @Nullable Value inFile() throws IOException {
        var bytes = raw.read(at, BYTES);
        return bytes == null ? null : new Value(bytes.getLong(), bytes.getLong());
    }

    private @Nullable Value inDatabase() throws SQLException {
        try (var statement = connection.createStatement(); var row = statement.executeQuery("SELECT drawn, changes FROM mark")) {
            return row.next() ? new Value(ByteBuffer.wrap(row.getBytes(1)).getLong(), row.getLong(2)) : null;
        }
    }
}
