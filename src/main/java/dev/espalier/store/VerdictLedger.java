package dev.espalier.store;

import dev.espalier.io.Sha256;
import dev.espalier.problem.Problem;
import dev.espalier.task.Task;
import dev.espalier.task.Verdict;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/// Stores verdicts. Identifies answers by hash, because an answer (a program) can be long and its text is in the log.
final class VerdictLedger {
    private static final String READ = """
        SELECT answer, score, accepted, rule, details FROM verdict JOIN problem ON problem.id = verdict.problem
        WHERE problem.hash = ? AND verdict.task = ? AND version = ?""";
    private static final String PUT = """
        INSERT OR REPLACE INTO verdict (problem, task, version, answer, score, accepted, rule, details) SELECT id, ?, ?, ?, ?, ?, ?, ? FROM problem WHERE hash = ?""";

    private final Connection connection;

    /// @param connection the writer's
    VerdictLedger(Connection connection) {
        this.connection = connection;
    }

    /// SHA-256 of an answer, lower-case hexadecimal.
    static String hash(String answer) {
        return Sha256.of(answer);
    }

    /// Returns verdicts by answer hash. Omits verdicts with damaged values, so that they are graded again.
    static Map<String, Verdict> read(Connection connection, Problem problem, Task task) throws SQLException {
        try (var query = connection.prepareStatement(READ)) {
            query.setString(1, Catalogue.hash(problem));
            query.setString(2, task.name());
            query.setInt(3, task.graderVersion());
            var verdicts = new HashMap<String, Verdict>();
            try (var row = query.executeQuery()) {
                while (row.next()) {
                    var columns = new Columns(row);
                    double score = columns.number("score");
                    if (!columns.damaged().isEmpty() || !(score >= 0 && score <= 1)) continue;
                    verdicts.put(
                            columns.text("answer"),
                            new Verdict(
                                    score,
                                    columns.whole("accepted") == 1,
                                    columns.text("rule"),
                                    columns.text("details")));
                }
            }
            return verdicts;
        }
    }

    /// Does nothing if the problem is not stored.
    void put(Problem problem, Task task, String answer, Verdict verdict) throws SQLException {
        try (var put = connection.prepareStatement(PUT)) {
            put.setString(1, task.name());
            put.setInt(2, task.graderVersion());
            put.setString(3, hash(answer));
            put.setDouble(4, verdict.score());
            put.setInt(5, verdict.accepted() ? 1 : 0);
            put.setString(6, verdict.rule());
            put.setString(7, verdict.details());
            put.setString(8, Catalogue.hash(problem));
            put.executeUpdate();
        }
    }
}
