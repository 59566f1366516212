package dev.espalier.engine.folder;

import dev.espalier.EspalierException;
import dev.espalier.io.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Hashes files. A file of up to [#WHOLE] bytes is hashed completely, once per process while its size and modification
/// time stay the same. Of a larger file, the size and [#SAMPLES] pieces spread evenly over it are hashed, so that
/// opening gigabytes reads megabytes (decision 0063).
final class Hashes {
    /// Hashing takes a second or less on typical disks.
    static final long WHOLE = 1L << 30;
    static final int SAMPLES = 64;
    private static final int PIECE = 1 << 20;

    private static final Map<Known, String> KNOWN = new ConcurrentHashMap<>();

    private record Known(Path file, long size, FileTime changed) {}

    private Hashes() {}

    /// Whether the hash covers the whole file.
    static boolean whole(Path file) {
        return size(file) <= WHOLE;
    }

    /// SHA-256, lower-case hexadecimal: of the file's bytes, or of the size and the samples of a large file.
    static String of(Path file) {
        try {
            return KNOWN.computeIfAbsent(
                    new Known(file.toRealPath(), Files.size(file), Files.getLastModifiedTime(file)),
                    known -> of(known.file, WHOLE));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static String of(Path file, long most) {
        long size = size(file);
        var digest = new Sha256();
        try (var channel = FileChannel.open(file)) {
            if (size <= most) {
                update(digest, channel, 0, size);
            } else {
                digest.add("size " + size + "\n");
                for (int i = 0; i < SAMPLES; i++)
                    update(
                            digest,
                            channel,
                            Math.round((double) i / (SAMPLES - 1) * Math.max(0, size - PIECE)),
                            Math.min(PIECE, size));
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        return digest.hex();
    }

    private static void update(Sha256 digest, FileChannel channel, long from, long bytes) throws IOException {
        var buffer = ByteBuffer.allocate(1 << 16);
        for (long at = from, end = from + bytes; at < end; ) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            int read = channel.read(buffer, at);
            if (read < 0) return;
            digest.add(buffer.flip());
            at += read;
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static EspalierException unreadable(Path file, IOException e) {
        return new EspalierException(
                file + " cannot be read (" + e.getMessage()
                        + "); check its permissions or copy the model folder again.",
                e);
    }
}
