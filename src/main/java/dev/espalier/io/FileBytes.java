package dev.espalier.io;

import com.github.luben.zstd.ZstdInputStream;
import dev.espalier.EspalierException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// The bytes of a file, decompressed (gzip, Zstandard) and, if they are UTF-16 text, as UTF-8. Opens the file
/// once, so it
/// may be a pipe. Not thread-safe.
final class FileBytes implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final byte[] UTF_8_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

    private final Path file;
    private final long size;
    private final CountingStream stored;
    private final String compression;
    private final BufferedInputStream in;
    private long bytesRead;

    private FileBytes(Path file) throws IOException {
        this.file = file;
        size = Files.size(file);
        stored = new CountingStream(Files.newInputStream(file));
        var raw = new BufferedInputStream(stored, BUFFER);
        var start = peek(raw, ZSTD.length);
        compression = startsWith(start, GZIP) ? "gzip" : startsWith(start, ZSTD) ? "Zstandard" : "";
        try {
            var plain = new BufferedInputStream(decompressed(raw), BUFFER);
            if (startsWith(peek(plain, UTF_8_MARK.length), UTF_8_MARK)) plain.skipNBytes(UTF_8_MARK.length);
            var charset = utf16(peek(plain, BUFFER / 2));
            in = new BufferedInputStream(counted(charset == null ? plain : new Utf8Stream(plain, charset)), BUFFER);
        } catch (IOException e) {
            stored.close();
            throw unreadable(e);
        }
    }

    /// @throws EspalierException if the file is missing, is a folder, or cannot be read
    static FileBytes open(Path file) {
        JsonLines.check(file);
        try {
            return new FileBytes(file);
        } catch (IOException e) {
            throw unreadable(file, "", e);
        }
    }

    private InputStream decompressed(InputStream raw) throws IOException {
        return switch (compression) {
            case "gzip" -> new GZIPInputStream(raw, BUFFER);
            case "Zstandard" -> {
                CodecLibraries.prepare();
                yield new ZstdInputStream(raw);
            }
            default -> raw;
        };
    }

    private InputStream counted(InputStream of) {
        return new FilterInputStream(of) {
            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                int read = super.read(into, from, length);
                if (read > 0) bytesRead += read;
                return read;
            }
        };
    }

    /// The encoding of UTF-16 text, by its mark or, without one, by the empty half of its first characters; null for
    /// another encoding.
    private static @Nullable Charset utf16(byte[] start) {
        if (start.length < 4) return null;
        int first = start[0] & 0xff;
        int second = start[1] & 0xff;
        boolean utf32 = start[2] == 0 && start[3] == 0;
        if ((first == 0xff && second == 0xfe || first == 0xfe && second == 0xff) && !utf32)
            return StandardCharsets.UTF_16;
        if (second == 0 && first != 0 && start[2] != 0 && start[3] == 0) return StandardCharsets.UTF_16LE;
        return first == 0 && second != 0 && start[2] == 0 && start[3] != 0 ? StandardCharsets.UTF_16BE : null;
    }

    Path file() {
        return file;
    }

    InputStream stream() {
        return in;
    }

    boolean compressed() {
        return !compression.isEmpty();
    }

    /// The next bytes of the stream, at most `most` and at most 64 KiB. They are read again later.
    byte[] peek(int most) throws IOException {
        return peek(in, Math.min(most, BUFFER));
    }

    private static byte[] peek(BufferedInputStream in, int most) throws IOException {
        in.mark(most);
        try {
            return in.readNBytes(most);
        } finally {
            in.reset();
        }
    }

    static boolean startsWith(byte[] bytes, byte[] start) {
        return bytes.length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }

    /// The number of bytes read so far, after decompression.
    long bytesRead() {
        return bytesRead;
    }

    /// The SHA-256 of the stored (compressed) bytes, in lower-case hexadecimal. Valid once the stream was read to its
    /// end; call it once.
    String sha256() {
        return stored.digest.hex();
    }

    /// The share of the file read so far, from 0 to 1.
    double share() {
        return size == 0 ? 1 : Math.min(1, stored.bytes / (double) size);
    }

    EspalierException unreadable(IOException cause) {
        return unreadable(file, compression, cause);
    }

    private static EspalierException unreadable(Path file, String compression, IOException cause) {
        if (!compression.isEmpty() && damages(cause))
            return new EspalierException(
                    "%s is a damaged %s file. Download or compress it again.".formatted(file, compression), cause);
        return new EspalierException(
                "The file %s could not be read (%s). Check its permissions and that it is complete."
                        .formatted(file, cause.getMessage()),
                cause);
    }

    private static boolean damages(IOException cause) {
        return cause instanceof ZipException
                || cause instanceof EOFException
                || cause.getClass().getSimpleName().startsWith("Zstd");
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static final class CountingStream extends FilterInputStream {
        private final Sha256 digest = new Sha256();
        private long bytes;

        CountingStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            if (b >= 0) {
                bytes++;
                digest.add((byte) b);
            }
            return b;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = super.read(into, from, length);
            if (read > 0) {
                bytes += read;
                digest.add(into, from, read);
            }
            return read;
        }
    }

    /// Text of another encoding as UTF-8.
    private static final class Utf8Stream extends InputStream {
        private final InputStreamReader text;
        private final char[] chars = new char[1 << 13];
        private byte[] bytes = {};
        private int at;

        Utf8Stream(InputStream in, Charset charset) {
            text = new InputStreamReader(
                    in,
                    charset.newDecoder()
                            .onMalformedInput(CodingErrorAction.REPLACE)
                            .onUnmappableCharacter(CodingErrorAction.REPLACE));
        }

        @Override
        public int read() throws IOException {
            return at < bytes.length || fill() ? bytes[at++] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (length == 0) return 0;
            if (at == bytes.length && !fill()) return -1;
            int count = Math.min(length, bytes.length - at);
            System.arraycopy(bytes, at, into, from, count);
            at += count;
            return count;
        }

        private boolean fill() throws IOException {
            int count = text.read(chars, 0, chars.length - 1);
            if (count < 0) return false;
            // Both halves of a character outside the basic plane are encoded together.
            if (Character.isHighSurrogate(chars[count - 1])) {
                int low = text.read();
                if (low >= 0) chars[count++] = (char) low;
            }
            bytes = new String(chars, 0, count).getBytes(StandardCharsets.UTF_8);
            at = 0;
            return true;
        }

        @Override
        public void close() throws IOException {
            text.close();
        }
    }
}
