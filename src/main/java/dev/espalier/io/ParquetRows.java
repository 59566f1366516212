package dev.espalier.io;

import dev.espalier.EspalierException;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqMap;
import dev.hardwood.row.StructAccessor;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The rows of a Parquet file (uncompressed, Snappy, gzip or Zstandard).
final class ParquetRows implements Records.Source {
    private static final System.Logger LOG = System.getLogger(ParquetRows.class.getName());
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Path file;
    private final @Nullable Path copy;
    private final ParquetFileReader reader;
    private final RowReader rows;
    private long number;

    private ParquetRows(Path file, @Nullable Path copy, ParquetFileReader reader) {
        this.file = file;
        this.copy = copy;
        this.reader = reader;
        rows = reader.rowReader();
    }

    /// Reads the stream to its end, for its digest. What is not a plain file is copied to the temporary folder.
    ///
    /// @throws EspalierException if the file is damaged or compressed in another way
    static ParquetRows of(FileBytes bytes) throws IOException {
        CodecLibraries.prepare();
        Path copy = null;
        if (Files.isRegularFile(bytes.file()) && !bytes.compressed()) {
            bytes.stream().transferTo(OutputStream.nullOutputStream());
        } else {
            copy = Files.createTempFile("espalier-piped", ".parquet");
            PrivateFiles.restrict(copy);
            try (var out = Files.newOutputStream(copy)) {
                bytes.stream().transferTo(out);
            }
        }
        try {
            return new ParquetRows(
                    bytes.file(), copy, ParquetFileReader.open(InputFile.of(copy == null ? bytes.file() : copy)));
        } catch (IOException | RuntimeException | LinkageError e) {
            if (copy != null) Files.deleteIfExists(copy);
            throw unreadable(bytes.file(), e);
        }
    }

    private static EspalierException unreadable(Path file, Throwable cause) {
        LOG.log(Level.DEBUG, file.toString(), cause);
        return new EspalierException(
                "%s is a Parquet file that cannot be read: it is damaged, or of a kind that is not supported. Convert it with pandas.read_parquet(\"%s\").to_json(\"%s.jsonl\", orient=\"records\", lines=True)."
                        .formatted(file, file.getFileName(), Records.name(file)),
                cause);
    }

    @Override
    public Records.@Nullable Item next() {
        try {
            if (!rows.hasNext()) return null;
            rows.next();
            number++;
            return new Records.Read(number, "row " + number, object(rows));
        } catch (RuntimeException | LinkageError e) {
            throw unreadable(file, e);
        }
    }

    private static ObjectNode object(StructAccessor struct) {
        var object = JsonLines.JSON.createObjectNode();
        for (int i = 0; i < struct.getFieldCount(); i++) object.set(struct.getFieldName(i), value(struct.getValue(i)));
        return object;
    }

    private static JsonNode value(@Nullable Object value) {
        return switch (value) {
            case null -> JSON.nullNode();
            case String text -> JSON.stringNode(text);
            case Boolean truth -> JSON.booleanNode(truth);
            case Integer number -> JSON.numberNode(number);
            case Long number -> JSON.numberNode(number);
            case Float number -> JSON.numberNode(number);
            case Double number -> JSON.numberNode(number);
            case BigDecimal number -> JSON.numberNode(number);
            case StructAccessor struct -> object(struct);
            case PqList list -> {
                var array = JSON.arrayNode();
                for (var element : list.values()) array.add(value(element));
                yield array;
            }
            case PqMap map -> {
                var object = JSON.objectNode();
                for (var entry : map.getEntries()) object.set(String.valueOf(entry.getKey()), value(entry.getValue()));
                yield object;
            }
            case byte[] binary -> JSON.stringNode(text(binary));
            default -> JSON.stringNode(value.toString());
        };
    }

    /// Bytes that some writers leave unmarked although they are text; others as Base64.
    private static String text(byte[] binary) {
        var text = new String(binary, StandardCharsets.UTF_8);
        return text.indexOf('\ufffd') < 0 ? text : Base64.getEncoder().encodeToString(binary);
    }

    @Override
    public void close() {
        try (reader) {
            rows.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, file.toString(), e);
        }
        if (copy == null) return;
        try {
            Files.deleteIfExists(copy);
        } catch (IOException e) {
            copy.toFile().deleteOnExit();
        }
    }
}
