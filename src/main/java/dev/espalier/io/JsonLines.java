package dev.espalier.io;

import dev.espalier.EspalierException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
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

/// Reads a file of JSON objects, one per line: UTF-8 or UTF-16, plain or compressed (gzip, Zstandard). Reads one
/// line at a time, so the file may be larger than memory. A line that is no JSON object is returned as
/// [Malformed]; the caller reports it and reads on. Not thread-safe.
public final class JsonLines implements AutoCloseable {
    /// Keeps all digits of a number. Reads NaN and Infinity, which Python writes.
    public static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(JsonNodeFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(
                    JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES,
                    JsonNodeFeature.FAIL_ON_NAN_TO_BIG_DECIMAL_COERCION)
            .build();

    private static final int MAX_LINE_BYTES = 64 << 20;
    /// Gives up after so many bytes without a line feed: the source (such as /dev/zero) has none.
    static final long MAX_BYTES_WITHOUT_LINE_END = 256L << 20;
    /// Gives up after so many consecutive lines without a JSON object: the file holds something else.
    private static final int MAX_CONSECUTIVE_UNREADABLE = 1_000_000;
    /// The reason of a [Malformed] line in another encoding.
    public static final String NOT_UTF_8 = "not UTF-8 text";
    /// The reason of a [Malformed] line that Python printed without the module json.
    private static final String PYTHON = "a Python value, not JSON. Write each line with json.dumps";
    private static final Pattern PYTHON_WORDS = Pattern.compile("[:\\[,]\\s*(?:None|True|False)\\s*[,}\\]]");
    private static final byte[] TOO_LONG = new byte[0];

    /// A line that is not blank.
    public sealed interface Line {
        /// The line number, from 1.
        long number();
    }

    /// @param text the line as it stands in the file
    public record Parsed(long number, String text, ObjectNode json) implements Line {}

    /// @param reason what is wrong, as the end of the sentence "line 12: …"
    public record Malformed(long number, String reason) implements Line {}

    private final FileBytes bytes;
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;
    private long number;
    private int unreadable;
    private long commas;
    private long firstComma;

    JsonLines(FileBytes bytes) {
        this.bytes = bytes;
        in = bytes.stream();
    }

    /// Opens the file once, so it may be a pipe.
    ///
    /// @throws EspalierException if the file is missing, is a folder, or cannot be read
    public static JsonLines open(Path file) {
        return new JsonLines(FileBytes.open(file));
    }

    /// Checks that the path names something to read. Does not open it.
    ///
    /// @throws EspalierException if the file is missing or is a folder
    public static void check(Path file) {
        if (!Files.exists(file)) throw new EspalierException("There is no file " + file + ". Check the path.");
        if (Files.isDirectory(file))
            throw new EspalierException(
                    file + " is a folder. Choose a file of JSON lines in it (.jsonl or .jsonl.gz).");
    }

    /// Returns the next line that is not blank; null at the end of the file.
    ///
    /// @throws EspalierException if reading or decompressing fails, or if the file has no end and no JSON lines
    public @Nullable Line next() {
        try {
            for (byte[] read = line(); read != null; read = line()) {
                number++;
                var line = read == TOO_LONG
                        ? new Malformed(number, "longer than %d MiB".formatted(MAX_LINE_BYTES >> 20))
                        : parse(read);
                unreadable = line instanceof Parsed ? 0 : unreadable + 1;
                if (unreadable > MAX_CONSECUTIVE_UNREADABLE) {
                    throw new EspalierException(
                            "The last %,d lines of %s up to line %,d hold no JSON object. Give a file with one JSON object per line."
                                    .formatted(MAX_CONSECUTIVE_UNREADABLE, bytes.file(), number));
                }
                if (line != null) return line;
            }
            return null;
        } catch (IOException e) {
            throw bytes.unreadable(e);
        }
    }

    private @Nullable Line parse(byte[] utf8) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            return new Malformed(number, NOT_UTF_8);
        }
        if (number == 1 && text.startsWith("\ufeff")) text = text.substring(1);
        if (text.isBlank()) return null;
        var stripped = text.strip();
        // An array without its brackets, or pasted from one.
        if (stripped.startsWith("{") && stripped.endsWith("},")) {
            text = stripped.substring(0, stripped.length() - 1);
            if (commas++ == 0) firstComma = number;
        }
        try {
            return JSON.readTree(text) instanceof ObjectNode json
                    ? new Parsed(number, text, json)
                    : new Malformed(number, "not a JSON object");
        } catch (JacksonException e) {
            return new Malformed(number, isPython(text) ? PYTHON : reason(e));
        } catch (NumberFormatException e) {
            // Jackson throws this one for an exponent that does not fit an int.
            return new Malformed(number, "it holds a number too large to be read");
        }
    }

    private static boolean isPython(String text) {
        return text.stripLeading().startsWith("{'")
                || PYTHON_WORDS.matcher(text).find();
    }

    /// Says why a line is not JSON, without the parser's words.
    public static String reason(JacksonException refused) {
        if (refused instanceof StreamConstraintsException)
            return "nested too deeply, or with too long a number or name";
        var at = refused.getLocation();
        return at == null || at.getColumnNr() < 1
                ? "not valid JSON"
                : "not valid JSON at character " + at.getColumnNr();
    }

    /// Returns the bytes up to the next line feed; [#TOO_LONG] if they exceed [#MAX_LINE_BYTES]; null at the end of
    /// the file.
    private byte @Nullable [] line() throws IOException {
        if (at == end && !fill()) return null;
        var line = new ByteArrayOutputStream(1 << 10);
        long length = 0;
        while (at < end || fill()) {
            int from = at;
            while (at < end && buffer[at] != '\n') at++;
            length += at - from;
            if (length <= MAX_LINE_BYTES) line.write(buffer, from, at - from);
            else line.reset();
            if (length > MAX_BYTES_WITHOUT_LINE_END)
                throw new EspalierException(
                        "%s has no end within %d MiB (line %,d). Give a file with one JSON object per line."
                                .formatted(bytes.file(), MAX_BYTES_WITHOUT_LINE_END >> 20, number + 1));
            if (at == end) continue;
            at++;
            break;
        }
        return length > MAX_LINE_BYTES ? TOO_LONG : line.toByteArray();
    }

    /// @return false at the end of the file
    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    /// The number of lines so far whose object is followed by a comma, which is ignored.
    long commas() {
        return commas;
    }

    /// The first of those lines.
    long firstComma() {
        return firstComma;
    }

    /// The SHA-256 of the stored (compressed) bytes, in lower-case hexadecimal. Valid once [#next] has returned
    /// null; call it once.
    public String sha256() {
        return bytes.sha256();
    }

    /// The share of the file read so far, from 0 to 1.
    public double share() {
        return bytes.share();
    }

    @Override
    public void close() {
        bytes.close();
    }
}
