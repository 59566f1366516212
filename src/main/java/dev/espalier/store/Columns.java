package dev.espalier.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A row's values, none of which is trusted: what is not of its type, or cannot be what it stands for, is noted and replaced by
/// something harmless, so that one damaged value costs one row its place and no other row anything.
final class Columns {
    private static final System.Logger LOG = System.getLogger(Columns.class.getName());

    private final ResultSet row;
    private final Set<String> damaged = new LinkedHashSet<>();

    Columns(ResultSet row) {
        this.row = row;
    }

    /// The columns that could not be read so far.
    Set<String> damaged() {
        return damaged;
    }

    /// What is damaged, for the person: "configuration, date".
    String words() {
        return String.join(", ", damaged.stream().map(Columns::word).toList());
    }

    private static String word(String column) {
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

    @Nullable String textOrNull(String column) throws SQLException {
        return isNull(column) ? null : text(column);
    }

    long whole(String column) throws SQLException {
        var value = row.getObject(column);
        if (value instanceof Integer || value instanceof Long) return ((Number) value).longValue();
        damaged.add(column);
        return 0;
    }

    /// A whole number from `least` on that fits an int.
    int count(String column, int least) throws SQLException {
        return (int) amount(column, least, Integer.MAX_VALUE);
    }

    /// A whole number from `least` on.
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

    /// A text that stands for something else.
    ///
    /// @param reader may throw what it likes where the text does not
    <T extends @Nullable Object> T read(String column, T otherwise, Function<String, ? extends T> reader) throws SQLException {
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
