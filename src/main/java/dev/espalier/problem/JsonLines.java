package dev.espalier.problem;

import dev.espalier.EspalierException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
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

    /// Where in the parser's input something was: a line is its own input.
    private static final Pattern SOURCE = Pattern.compile(" \\(start marker at \\[Source.*", Pattern.DOTALL);
    private static final int LONGEST_LINE = 512 << 20;

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
    private final long size;
    private long number;

    private JsonLines(Path file) throws IOException {
        this.file = file;
        this.size = Files.size(file);
        this.stored = new Counted(Files.newInputStream(file));
        var buffered = new BufferedInputStream(stored, 1 << 16);
        buffered.mark(3);
        boolean packed = buffered.read() == 0x1f && buffered.read() == 0x8b;
        buffered.reset();
        this.in = packed ? new BufferedInputStream(new GZIPInputStream(buffered, 1 << 16), 1 << 16) : buffered;
    }

    /// @throws EspalierException where the file is missing, a folder, or cannot be read
    public static JsonLines open(Path file) {
        if (!Files.exists(file)) throw new EspalierException("There is no file " + file + ". Check the path.");
        if (Files.isDirectory(file)) throw new EspalierException(file + " is a folder. Choose a file of JSON lines in it (.jsonl or .jsonl.gz).");
        try {
            return new JsonLines(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static EspalierException unreadable(Path file, IOException cause) {
        return new EspalierException("The file %s could not be read (%s). Check that you may read it and that it is whole.".formatted(file, cause.getMessage()), cause);
    }

    /// The next line that is not blank, null at the end.
    ///
    /// @throws EspalierException where the disk or the compression fails
    public @Nullable Line next() {
        try {
            for (byte[] bytes = line(); bytes != null; bytes = line()) {
                number++;
                if (bytes.length == LONGEST_LINE) return new Broken(number, "longer than 512 MiB");
                var line = parse(bytes);
                if (line != null) return line;
            }
            return null;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private @Nullable Line parse(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return new Broken(number, "not UTF-8 text");
        }
        if (number == 1 && text.startsWith("\ufeff")) text = text.substring(1);
        if (text.isBlank()) return null;
        try {
            return JSON.readTree(text) instanceof ObjectNode json ? new Read(number, text, json) : new Broken(number, "not a JSON object");
        } catch (JacksonException e) {
            return new Broken(number, "not valid JSON (" + SOURCE.matcher(e.getOriginalMessage()).replaceAll("") + ")");
        }
    }

    /// The bytes up to the next line feed, cut where they are too many; null at the end.
    private byte @Nullable [] line() throws IOException {
        var line = new ByteArrayOutputStream(1 << 10);
        int b = in.read();
        if (b < 0) return null;
        for (; b >= 0 && b != '\n'; b = in.read()) if (line.size() < LONGEST_LINE) line.write(b);
        return line.toByteArray();
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
            throw unreadable(file, e);
        }
    }

    private static final class Counted extends java.io.FilterInputStream {
        private long bytes;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            if (b >= 0) bytes++;
            return b;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = super.read(into, from, length);
            if (read > 0) bytes += read;
            return read;
        }
    }
}
