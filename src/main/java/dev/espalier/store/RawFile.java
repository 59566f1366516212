package dev.espalier.store;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The bytes of a database file, read beside SQLite. When a process closes any descriptor of a file, Unix drops all
/// locks that the process has on it, SQLite's too (sqlite.org/howtocorrupt.html, 2.2). So each file has one descriptor,
/// which all stores of this process share. It is closed after the last of their connections.
///
/// Not a channel: interrupting a thread that reads from one would close it.
final class RawFile implements AutoCloseable {
    private static final Map<Object, RawFile> OPEN = new HashMap<>();

    private final Object key;
    private final RandomAccessFile bytes;
    private int users;

    private RawFile(Object key, RandomAccessFile bytes) {
        this.key = key;
        this.bytes = bytes;
    }

    static RawFile open(Path file) throws IOException {
        synchronized (OPEN) {
            var number = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            var key = number == null ? file.toRealPath() : number;
            var raw = OPEN.get(key);
            if (raw == null) {
                raw = new RawFile(key, new RandomAccessFile(file.toFile(), "r"));
                OPEN.put(key, raw);
            }
            raw.users++;
            return raw;
        }
    }

    long size() throws IOException {
        return bytes.length();
    }

    /// Returns null if the file is too short.
    @Nullable
    ByteBuffer read(long at, int count) throws IOException {
        var read = new byte[count];
        synchronized (bytes) {
            bytes.seek(at);
            try {
                bytes.readFully(read);
            } catch (EOFException _) {
                return null;
            }
        }
        return ByteBuffer.wrap(read);
    }

    /// Identifies the file: device and inode if the platform has them.
    String place() {
        return key.toString();
    }

    /// Call it once per [#open], after closing the connections.
    @Override
    public void close() throws IOException {
        synchronized (OPEN) {
            if (--users > 0) return;
            OPEN.remove(key);
            bytes.close();
        }
    }
}
