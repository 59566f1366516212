package dev.espalier.io;

import dev.espalier.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file that can be read more than once: the file itself, or for a pipe a copy in the temporary folder. [#close]
/// deletes the copy.
public final class SpooledFile implements AutoCloseable {
    private static final long MAX_BYTES = 8L << 30;

    private final Path path;
    private final boolean copy;

    private SpooledFile(Path path, boolean copy) {
        this.path = path;
        this.copy = copy;
    }

    /// @throws EspalierException if the file cannot be read or copied, or has no end
    public static SpooledFile of(Path file) {
        if (Files.isRegularFile(file)) return new SpooledFile(file, false);
        try {
            var spool = Files.createTempFile("espalier-piped", ".jsonl");
            try {
                PrivateFiles.restrict(spool);
                copy(file, spool);
                return new SpooledFile(spool, true);
            } catch (IOException | RuntimeException e) {
                Files.deleteIfExists(spool);
                throw e;
            }
        } catch (IOException e) {
            throw new EspalierException(
                    "%s could not be copied to the temporary folder (%s). Save it to a file and give that file."
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var in = Files.newInputStream(from);
                var out = Files.newOutputStream(to)) {
            var buffer = new byte[1 << 16];
            long total = 0;
            long line = 0;
            boolean compressed = false;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (total == 0) compressed = read > 1 && (buffer[0] & 0xff) == 0x1f && (buffer[1] & 0xff) == 0x8b;
                int end = read - 1;
                while (end >= 0 && buffer[end] != '\n') end--;
                line = end < 0 ? line + read : read - 1 - end;
                total += read;
                if (total > MAX_BYTES || !compressed && line > JsonLines.MAX_BYTES_WITHOUT_LINE_END)
                    throw new EspalierException("%s has no end within %,d MiB. Save it to a file and give that file."
                            .formatted(from, total >> 20));
                out.write(buffer, 0, read);
            }
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        if (!copy) return;
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            path.toFile().deleteOnExit();
        }
    }
}
