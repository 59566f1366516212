package dev.espalier.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Numbered scripts that migrate a database to the current version. `PRAGMA user_version` is the number of scripts
/// applied. A released script never changes.
///
/// @param scripts the first creates version 1 in an empty file; each other one migrates to the next version
record Migrations(List<String> scripts) {
    Migrations {
        scripts = List.copyOf(scripts);
    }

    /// The program's own scripts: 001.sql, 002.sql and so on, beside this class.
    static Migrations bundled() {
        var scripts = new ArrayList<String>();
        while (true) {
            try (var script = Migrations.class.getResourceAsStream("%03d.sql".formatted(scripts.size() + 1))) {
                if (script == null) return new Migrations(scripts);
                scripts.add(new String(script.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    int version() {
        return scripts.size();
    }

    static int version(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("PRAGMA user_version")) {
            return row.getInt(1);
        }
    }

    /// Applies each missing script in a transaction of its own. Two programs may call this at the same time.
    void apply(Connection connection) throws SQLException {
        while (version(connection) < version()) {
            try (var statement = connection.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                try {
                    int next = version(connection) + 1;
                    if (next <= version()) {
                        statement.executeUpdate(scripts.get(next - 1));
                        statement.executeUpdate("PRAGMA user_version = " + next);
                    }
                    statement.execute("COMMIT");
                } catch (SQLException e) {
                    statement.execute("ROLLBACK");
                    throw e;
                }
            }
        }
    }
}
