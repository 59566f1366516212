package dev.espalier.io;

import dev.espalier.EspalierException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A file of JSON objects, one a line, UTF-8, as it is or compressed with gzip, read line by line: a file may be larger than memory. A line that cannot
/// be read is an item of its own, so that whoever reads can report it and go on. Not thread-safe.
public final class JsonLines implements AutoCloseable {
    /// Keeps every digit of a number, and NaN and Infinity, which Python writes.
    public static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build()).build())
        .enable(JsonNodeFeature.USE_BIG_DECIMAL_FOR_FLOATS).disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, JsonNodeFeature.FAIL_ON_NAN_TO_BIG_DECIMAL_COERCION)
        .build();

    private static final int LONGEST_LINE = 64 << 20;
    /// Who reads on for so long without a line's end reads something that has none, like /dev/zero.
    static final long ENDLESS = 256L << 20;
    /// Who has read so many lines without an object among them reads something else.
    private static final int MOST_UNREADABLE = 1_000_000;
    /// The reason of a line in another encoding.
    public static final String NOT_UTF_8 = "not UTF-8 text";
    private static final byte[] TOO_LONG = new byte[0];

    /// A line that is not blank.
    public sealed interface Line {
        /// From 1.
        long number();
    }

    /// @param text as it stands in the file
    public record Read(long number, String text, ObjectNode json) implements Line {}

    /// @param reason as the end of the sentence "line 12: …"
    public record Broken(long number, String reason) implements Line {}

    private final Path file;
    private final Counted stored;
    private final InputStream in;
    private final boolean packed;
    private final long size;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;
    private long number;
    private long read;
    private int unreadable;

    private JsonLines(Path file) throws IOException {
        this.file = file;
        this.size = Files.size(file);
        this.stored = new Counted(Files.newInputStream(file));
        var buffered = new BufferedInputStream(stored, 1 << 16);
        buffered.mark(3);
        this.packed = buffered.read() == 0x1f && buffered.read() == 0x8b;
        buffered.reset();
        try {
            this.in = packed ? new BufferedInputStream(new GZIPInputStream(buffered, 1 << 16), 1 << 16) : buffered;
        } catch (IOException e) {
            stored.close();
            throw unreadable(file, packed, e);
        }
    }

    /// Opens the file once; a pipe can therefore be read.
    ///
    /// @throws EspalierException where the file is missing, a folder, or cannot be read
    public static JsonLines open(Path file) {
        check(file);
        try {
            return new JsonLines(file);
        } catch (IOException e) {
            throw unreadable(file, false, e);
        }
    }

    /// Whether there is something to open; without opening it.
    ///
    /// @throws EspalierException where the file is missing or a folder
    public static void check(Path file) {
        if (!Files.exists(file)) throw new EspalierException("There is no file " + file + ". Check the path.");
        if (Files.isDirectory(file)) throw new EspalierException(file + " is a folder. Choose a file of JSON lines in it (.jsonl or .jsonl.gz).");
    }

    private static EspalierException unreadable(Path file, boolean packed, IOException cause) {
        if (packed && (cause instanceof ZipException || cause instanceof EOFException)) return new EspalierException(file + " is a damaged gzip file. Download or pack it again.", cause);
        return new EspalierException("The file %s could not be read (%s). Check that you may read it and that it is whole.".formatted(file, cause.getMessage()), cause);
    }

    /// The next line that is not blank, null at the end.
    ///
    /// @throws EspalierException where the disk or the compression fails, or where the file is endless and no JSON lines
    public @Nullable Line next() {
        try {
            for (byte[] bytes = line(); bytes != null; bytes = line()) {
                number++;
                var line = bytes == TOO_LONG ? new Broken(number, "longer than %d MiB".formatted(LONGEST_LINE >> 20)) : parse(bytes);
                unreadable = line instanceof Read ? 0 : unreadable + 1;
                if (unreadable > MOST_UNREADABLE) {
                    throw new EspalierException("The last %,d lines of %s up to line %,d hold no JSON object. Give a file with one JSON object a line.".formatted(MOST_UNREADABLE, file, number));
                }
                if (line != null) return line;
            }
            return null;
        } catch (IOException e) {
            throw unreadable(file, packed, e);
        }
    }

    private @Nullable Line parse(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return new Broken(number, NOT_UTF_8);
        }
        if (number == 1 && text.startsWith("\ufeff")) text = text.substring(1);
        if (text.isBlank()) return null;
        try {
            return JSON.readTree(text) instanceof ObjectNode json ? new Read(number, text, json) : new Broken(number, "not a JSON object");
        } catch (JacksonException e) {
            return new Broken(number, reason(e));
        } catch (NumberFormatException e) {
            // Jackson lets this one through: an exponent that does not fit an int.
            return new Broken(number, "it holds a number too large to be read");
        }
    }

    /// Why a line is no JSON, in words of ours.
    public static String reason(JacksonException refused) {
        if (refused instanceof StreamConstraintsException) return "nested deeper, or with a longer number or name, than is read";
        var at = refused.getLocation();
        return at == null || at.getColumnNr() < 1 ? "not valid JSON" : "not valid JSON at character " + at.getColumnNr();
    }

    /// The bytes up to the next line feed, [#TOO_LONG] where they are too many; null at the end.
    private byte @Nullable [] line() throws IOException {
        if (at == end && !fill()) return null;
        var line = new ByteArrayOutputStream(1 << 10);
        long length = 0;
        while (at < end || fill()) {
            int from = at;
            while (at < end && buffer[at] != '\n') at++;
            length += at - from;
            if (length <= LONGEST_LINE) line.write(buffer, from, at - from);
            else line.reset();
            if (length > ENDLESS) throw new EspalierException("%s has no end within %d MiB (line %,d). Give a file with one JSON object a line.".formatted(file, ENDLESS >> 20, number + 1));
            if (at == end) continue;
            at++;
            break;
        }
        read += length + 1;
        return length > LONGEST_LINE ? TOO_LONG : line.toByteArray();
    }

    /// @return false at the file's end
    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    /// How many bytes of lines have been read, unpacked.
    public long read() {
        return read;
    }

    /// The SHA-256 of the file as it is stored, in lower-case hexadecimal; once the last line has been read.
    public String sha256() {
        return stored.digest.hex();
    }

    /// How much of the file has been read, from 0 to 1.
    public double share() {
        return size == 0 ? 1 : Math.min(1, stored.bytes / (double) size);
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw unreadable(file, packed, e);
        }
    }

    private static final class Counted extends java.io.FilterInputStream {
        private final Sha256 digest = new Sha256();
        private long bytes;

        Counted(InputStream in) {
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
}
