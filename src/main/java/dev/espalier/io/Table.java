package dev.espalier.io;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.espalier.EspalierException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A table of text: commas, semicolons, tabs or bars separate the cells, and cells with separators or line
/// feeds stand in
/// double quotes. Its first row names the columns. Cells are text; an empty cell is a missing field.
final class Table implements Records.Source {
    private static final char[] SEPARATORS = {',', '\t', ';', '|'};
    /// A text that is not called a table is one if its first row has so many known names.
    private static final int FEWEST_KNOWN = 2;
    private static final int LARGEST_CELL = 64 << 20;

    private final FileBytes bytes;
    private final Iterator<CsvRecord> rows;
    private final List<String> columns;
    private final List<String> notes;
    private @Nullable CsvRecord first;
    private long number;
    private boolean over;

    private Table(
            FileBytes bytes,
            Iterator<CsvRecord> rows,
            @Nullable CsvRecord first,
            List<String> columns,
            List<String> notes) {
        this.bytes = bytes;
        this.rows = rows;
        this.first = first;
        this.columns = columns;
        this.notes = notes;
    }

    /// @param head the start of the file
    /// @return null if the text is no table
    /// @throws EspalierException if the file is called a table but its columns cannot be told
    static @Nullable Table of(FileBytes bytes, String head, Records.Names names) {
        boolean called = Records.isNamedTable(bytes.file());
        char separator = ',';
        int most = 0;
        int mostCells = 0;
        for (char candidate : SEPARATORS) {
            var cells = firstRow(head, candidate);
            int known = (int) cells.stream()
                    .map(String::strip)
                    .filter(names::known)
                    .distinct()
                    .count();
            if (known > most || known == most && cells.size() > mostCells) {
                separator = candidate;
                most = known;
                mostCells = cells.size();
            }
        }
        if (mostCells == 0 || most < FEWEST_KNOWN && !called) return null;
        var rows = CsvReader.builder()
                .fieldSeparator(separator)
                .skipEmptyLines(true)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .maxBufferSize(LARGEST_CELL)
                .ofCsvRecord(new InputStreamReader(
                        bytes.stream(),
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .onMalformedInput(CodingErrorAction.REPORT)
                                .onUnmappableCharacter(CodingErrorAction.REPORT)))
                .iterator();
        try {
            var header = rows.next();
            var cells = header.getFields().stream().map(String::strip).toList();
            if (most > 0) return new Table(bytes, rows, null, unique(bytes, cells), List.of());
            var guessed = names.withoutHeader(cells);
            if (guessed == null)
                throw new EspalierException(
                        "The first line of %s names no column that is read (%s). Name the columns there, such as problem and answer."
                                .formatted(bytes.file(), shortened(String.join(", ", cells))));
            var note = "The first line of the table names no columns: they are read as " + String.join(", ", guessed)
                    + ".";
            return new Table(bytes, rows, header, guessed, List.of(note));
        } catch (UncheckedIOException | CsvParseException e) {
            throw unreadable(bytes, e);
        }
    }

    private static List<String> firstRow(String head, char separator) {
        try (var reader = CsvReader.builder()
                .fieldSeparator(separator)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .ofCsvRecord(head)) {
            var rows = reader.iterator();
            return rows.hasNext() ? rows.next().getFields() : List.of();
        } catch (IOException | CsvParseException e) {
            return List.of();
        }
    }

    private static List<String> unique(FileBytes bytes, List<String> columns) {
        var seen = new HashSet<String>();
        for (var column : columns)
            if (!column.isEmpty() && !seen.add(column))
                throw new EspalierException("The first line of %s names the column \"%s\" twice. Rename one of them."
                        .formatted(bytes.file(), column));
        return columns;
    }

    private static String shortened(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }

    @Override
    public Records.@Nullable Item next() throws IOException {
        if (over) return null;
        try {
            var row = first;
            first = null;
            if (row == null) {
                if (!rows.hasNext()) return null;
                row = rows.next();
            }
            number++;
            var place = "line " + row.getStartingLineNumber();
            if (row.getFieldCount() != columns.size())
                return new Records.Unread(
                        number,
                        place,
                        "it has %d cells and the first line %d; put cells that hold a separator in double quotes"
                                .formatted(row.getFieldCount(), columns.size()));
            var json = JsonLines.JSON.createObjectNode();
            for (int i = 0; i < columns.size(); i++)
                if (!columns.get(i).isEmpty() && !row.getField(i).isBlank()) json.put(columns.get(i), row.getField(i));
            return new Records.Read(number, place, json);
        } catch (CsvParseException e) {
            over = true;
            return new Records.Unread(
                    number + 1,
                    "row " + (number + 1),
                    "a double quote is not closed, or text follows a closed one; the rest of the file is not read");
        } catch (UncheckedIOException e) {
            throw unreadable(bytes, e);
        }
    }

    private static EspalierException unreadable(FileBytes bytes, RuntimeException e) {
        if (e.getCause() instanceof CharacterCodingException)
            return new EspalierException(bytes.file() + " is not UTF-8 text. Save it as UTF-8 and open it again.", e);
        if (e.getCause() instanceof IOException failed) return bytes.unreadable(failed);
        return new EspalierException(
                "The first line of %s could not be read as a table. Name the columns there, such as problem,answer."
                        .formatted(bytes.file()),
                e);
    }

    @Override
    public List<String> notes() {
        return notes;
    }
}
