package dev.espalier.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads a row's values without trusting them. A value of the wrong type or out of range is recorded as damaged and
/// replaced by a default, so that it affects only its own row.
final class Columns {
    private static final System.Logger LOG = System.getLogger(Columns.class.getName());

    private final ResultSet row;
    private final Set<String> damaged = new LinkedHashSet<>();

    Columns(ResultSet row) {
        this.row = row;
    }

    /// The unreadable columns so far.
    Set<String> damaged() {
        return damaged;
    }

    /// The damaged columns for the user: "configuration, date".
    String damagedLabels() {
        return String.join(", ", damaged.stream().map(Columns::label).toList());
    }

    private static String label(String column) {
        return switch (column) {
            case "config" -> "configuration";
            case "created" -> "date";
            case "key" -> "problem's id";
            case "text" -> "problem's text";
            default -> column.replace('_', ' ');
        };
    }

    boolean isNull(String column) throws SQLException {
        return row.getObject(column) == null;
    }

    String text(String column) throws SQLException {
        if (row.getObject(column) instanceof String text) return text;
        damaged.add(column);
        return "";
    }

    @Nullable
    String textOrNull(String column) throws SQLException {
        return isNull(column) ? null : text(column);
    }

    long whole(String column) throws SQLException {
        var value = row.getObject(column);
        if (value instanceof Integer || value instanceof Long) return ((Number) value).longValue();
        damaged.add(column);
        return 0;
    }

    /// A whole number of at least `least` that fits an int.
    int count(String column, int least) throws SQLException {
        return (int) amount(column, least, Integer.MAX_VALUE);
    }

    /// A whole number of at least `least`.
    long amount(String column, long least) throws SQLException {
        return amount(column, least, Long.MAX_VALUE);
    }

    private long amount(String column, long least, long most) throws SQLException {
        long value = whole(column);
        if (value >= least && value <= most) return value;
        damaged.add(column);
        return 0;
    }

    double number(String column) throws SQLException {
        if (row.getObject(column) instanceof Number number) return number.doubleValue();
        damaged.add(column);
        return 0;
    }

    /// Converts a text.
    ///
    /// @param reader may throw any exception if the text is invalid
    <T extends @Nullable Object> T read(String column, T otherwise, Function<String, ? extends T> reader)
            throws SQLException {
        var text = text(column);
        if (damaged.contains(column)) return otherwise;
        try {
            return reader.apply(text);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "damaged: " + column, e);
            damaged.add(column);
            return otherwise;
        }
    }
}
