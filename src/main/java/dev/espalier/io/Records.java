package dev.espalier.io;

import dev.espalier.EspalierException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Reads the records of a file, each as a JSON object. The content tells the format, not the name: JSON lines, a
/// JSON array, an object that holds the records in a field, a table (comma, semicolon, tab or bar) or Parquet.
/// Not thread-safe.
public final class Records implements AutoCloseable {
    /// A record that was read, or a place where none could be.
    public sealed interface Item {
        /// The line's number in JSON lines, else the record's; from 1.
        long number();

        /// Where it stands: "line 12", "element 3, line 12", "row 3".
        String place();
    }

    public record Read(long number, String place, ObjectNode json) implements Item {}

    /// @param reason what is wrong, as the end of the sentence "line 12: …"
    public record Unread(long number, String place, String reason) implements Item {}

    /// What a caller knows of the names in its files.
    public interface Names {
        /// Whether a field of this name tells a record, such as "problem".
        boolean known(String name);

        /// The columns of a table whose first row is no header; null if they cannot be told.
        @Nullable
        List<String> withoutHeader(List<String> firstRow);
    }

    /// A format.
    interface Source extends AutoCloseable {
        /// @return null at the end
        @Nullable
        Item next() throws IOException;

        /// What was ignored or assumed; one sentence each.
        default List<String> notes() {
            return List.of();
        }

        /// Frees what it holds besides the file's stream.
        @Override
        default void close() {}
    }

    private static final byte[] PARQUET = "PAR1".getBytes(StandardCharsets.US_ASCII);
    /// Starts of files that are no data to read, with what to do.
    private static final Map<String, String> OTHERS = Map.ofEntries(
            Map.entry("PK\u0003\u0004", "a zip archive or a workbook. Unpack it, or save the sheet as CSV"),
            Map.entry("BZh", "compressed with bzip2. Decompress it with bunzip2"),
            Map.entry("\u00fd7zXZ", "compressed with xz. Decompress it with unxz"),
            Map.entry("7z\u00bc\u00af", "a 7-Zip archive. Unpack it"),
            Map.entry(
                    "ARROW1",
                    "an Arrow file. Convert it with pandas.read_feather(…).to_json(…, orient=\"records\", lines=True)"),
            Map.entry(
                    "\u00ff\u00ff\u00ff\u00ff",
                    "an Arrow stream. Convert it with datasets.Dataset.from_file(…).to_json(…)"),
            Map.entry("\u0080\u0003", "a Python pickle. Write it with the module json"),
            Map.entry("\u0080\u0004", "a Python pickle. Write it with the module json"),
            Map.entry("\u0080\u0005", "a Python pickle. Write it with the module json"),
            Map.entry("\u0093NUMPY", "a NumPy array. Write it with the module json"),
            Map.entry("SQLite format 3", "a SQLite database. Export its table as CSV"),
            Map.entry("<", "an HTML or XML page. Download the data file itself"),
            Map.entry(
                    "version https://git-lfs", "a pointer of Git LFS, not the data. Fetch the data with git lfs pull"),
            Map.entry("%PDF", "a PDF. Give a file of JSON lines"));
    private static final Pattern PYTHON_LIST = Pattern.compile("\\s*\\[\\s*\\{\\s*'");
    private static final int HEAD = 1 << 15;

    private final FileBytes bytes;
    private final Source source;
    private final WrappedRecords wrapped;
    private final ArrayDeque<Item> pending = new ArrayDeque<>();

    private Records(FileBytes bytes, Source source, Names names) {
        this.bytes = bytes;
        this.source = source;
        wrapped = new WrappedRecords(names);
    }

    /// Opens the file once, so it may be a pipe.
    ///
    /// @throws EspalierException if the file is missing, is a folder, cannot be read, or is of a format that is
    /// not read
    public static Records open(Path file, Names names) {
        var bytes = FileBytes.open(file);
        try {
            return new Records(bytes, source(bytes, names), names);
        } catch (IOException e) {
            bytes.close();
            throw bytes.unreadable(e);
        } catch (RuntimeException e) {
            bytes.close();
            throw e;
        }
    }

    private static Source source(FileBytes bytes, Names names) throws IOException {
        var start = bytes.peek(HEAD);
        if (FileBytes.startsWith(start, PARQUET)) return ParquetRows.of(bytes);
        var head = new String(start, StandardCharsets.UTF_8);
        if (PYTHON_LIST.matcher(head).lookingAt())
            throw new EspalierException(
                    "%s is a list that Python printed, not JSON. Write it with json.dump.".formatted(bytes.file()));
        if (JsonDocument.starts(head)) return new JsonDocument(bytes);
        if (!head.stripLeading().startsWith("{")) {
            refuseOthers(bytes, start, head);
            var table = Table.of(bytes, head, names);
            if (table != null) return table;
        }
        return new Lines(new JsonLines(bytes));
    }

    private static void refuseOthers(FileBytes bytes, byte[] start, String head) {
        var latin = new String(start, StandardCharsets.ISO_8859_1);
        for (var other : OTHERS.entrySet())
            if (latin.startsWith(other.getKey())
                    || other.getKey().equals("<") && head.stripLeading().startsWith("<"))
                throw new EspalierException("%s is %s.".formatted(bytes.file(), other.getValue()));
    }

    /// Returns the next record, or a place where none could be read; null at the end of the file.
    ///
    /// @throws EspalierException if reading or decompressing fails, or if the file has no end and no records
    public @Nullable Item next() {
        try {
            if (!pending.isEmpty()) return pending.removeFirst();
            var item = source.next();
            if (!(item instanceof Read read)) return item;
            var inner = wrapped.of(read);
            if (inner.isEmpty()) return read;
            pending.addAll(inner);
            return pending.removeFirst();
        } catch (IOException e) {
            throw bytes.unreadable(e);
        }
    }

    /// What was ignored or assumed so far, such as a table without a header; one sentence each.
    public List<String> notes() {
        return source.notes();
    }

    /// As [JsonLines#sha256].
    public String sha256() {
        return bytes.sha256();
    }

    /// The share of the file read so far, from 0 to 1.
    public double share() {
        return bytes.share();
    }

    /// The number of bytes read so far, after decompression.
    public long bytesRead() {
        return bytes.bytesRead();
    }

    @Override
    public void close() {
        source.close();
        bytes.close();
    }

    /// A file's name without the ends that tell format and compression.
    public static String name(Path file) {
        return file.getFileName()
                .toString()
                .replaceFirst("(?i)\\.(gz|zst)$", "")
                .replaceFirst("(?i)\\.(jsonl|ndjson|json|csv|tsv|parquet)$", "");
    }

    static boolean isNamedTable(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).matches(".*\\.(csv|tsv)(\\.(gz|zst))?");
    }

    private record Lines(JsonLines lines) implements Source {
        @Override
        public @Nullable Item next() {
            return switch (lines.next()) {
                case null -> null;
                case JsonLines.Parsed(long number, var _, ObjectNode json) -> new Read(number, "line " + number, json);
                case JsonLines.Malformed(long number, String reason) -> new Unread(number, "line " + number, reason);
            };
        }

        @Override
        public List<String> notes() {
            var notes = new ArrayList<String>();
            if (lines.commas() > 0)
                notes.add("%,d line%s with a comma, the first is line %,d. The commas are ignored."
                        .formatted(lines.commas(), lines.commas() == 1 ? " ends" : "s end", lines.firstComma()));
            return notes;
        }
    }
}
