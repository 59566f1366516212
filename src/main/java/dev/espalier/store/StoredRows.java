package dev.espalier.store;

import dev.espalier.EspalierException;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.TokensProcessed;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Converts database rows to records. A row with a damaged value becomes a record that says so; the rest of the list is
/// not affected.
final class StoredRows {
    /// Sums are floats: an overflow of whole numbers would abort the query and with it the list.
    static final String RUNS = """
        SELECT run.*, count(search.id) AS searches, coalesce(sum(status = 'FINISHED'), 0) AS finished, coalesce(sum(status = 'FAILED'), 0) AS failed,
            coalesce(sum(status = 'CANCELLED'), 0) AS cancelled, min(max(CAST(total(candidates) AS INTEGER), 0), 2147483647) AS candidates,
            CAST(total(policy_generated) AS INTEGER) AS generated, CAST(total(policy_processed) AS INTEGER) AS processed,
            CAST(total(reward_generated) AS INTEGER) AS reward_generated, CAST(total(reward_processed) AS INTEGER) AS reward_processed,
            iif(min(policy_executed) < 0, -1, CAST(total(policy_executed) AS INTEGER)) AS policy_executed,
            iif(min(reward_executed) < 0, -1, CAST(total(reward_executed) AS INTEGER)) AS reward_executed, total(seconds) AS seconds,
            owner.token AS owner_token, owner.process AS owner_process, owner.host AS owner_host, owner.start AS owner_start, owner.beat AS owner_beat
        FROM run LEFT JOIN search ON search.run = run.id LEFT JOIN owner ON owner.run = run.id""";
    static final String SEARCHES =
            "SELECT search.*, key, text, gold, solution, subject, level, task, payload FROM search LEFT JOIN problem ON problem.id = search.problem ";
    private static final String CANDIDATE = """
        SELECT search.id AS search, key, gold, level, subject, number, node, finish, tokens, candidate.text AS text, scores, log_prob, variant
        FROM search LEFT JOIN problem ON problem.id = search.problem JOIN candidate ON candidate.search = search.id
        """;
    static final String CANDIDATES = CANDIDATE + "WHERE search.run = ? ORDER BY search.id, number";
    static final String CANDIDATES_OF_SEARCH = CANDIDATE + "WHERE search.id = ? ORDER BY number";

    /// Columns without which a run is only a name. Damage in others leaves its searches usable.
    private static final Set<String> ESSENTIAL = Set.of("config", "fork_search", "fork_event", "source");
    private static final SearchConfig UNREADABLE =
            new SearchConfig("not readable", Parameters.NONE, Generation.DEFAULT, Reduction.LAST, 0, "", "", "", "");

    private StoredRows() {}

    static RunSummary runSummary(ResultSet row, Ownership ownership) throws SQLException {
        var columns = new Columns(row);
        var run = run(columns);
        return new RunSummary(
                run,
                columns.count("searches", 0),
                columns.count("finished", 0),
                columns.count("failed", 0),
                columns.count("cancelled", 0),
                columns.count("candidates", 0),
                new Cost(columns.whole("generated"), columns.whole("processed")),
                new Cost(columns.whole("reward_generated"), columns.whole("reward_processed")),
                executed(columns),
                columns.number("seconds"),
                ownership.living(new Columns(row), "owner_"),
                columns.damaged().isEmpty()
                        ? ""
                        : "Damaged: the %s of run %d cannot be read.".formatted(columns.damagedLabels(), run.id()));
    }

    /// @throws EspalierException if a damaged value is essential
    static RunRecord run(ResultSet row) throws SQLException {
        var columns = new Columns(row);
        var run = run(columns);
        if (columns.damaged().stream().anyMatch(ESSENTIAL::contains)) {
            throw new EspalierException(
                    "Run %d is damaged: its %s cannot be read. The other runs are not affected. Restore a backup of the database, or delete the run."
                            .formatted(run.id(), columns.damagedLabels()));
        }
        return run;
    }

    private static RunRecord run(Columns columns) throws SQLException {
        long forkSearch = columns.isNull("fork_search") ? 0 : columns.amount("fork_search", 1);
        int forkEvent = columns.isNull("fork_event") ? 0 : columns.count("fork_event", 0);
        return new RunRecord(
                columns.whole("id"),
                columns.text("name"),
                columns.text("sweep"),
                columns.text("problem_set"),
                columns.read("config", UNREADABLE, EventCodec::decodeConfig),
                columns.read("created", Instant.EPOCH, Instant::parse),
                columns.text("version"),
                columns.text("device"),
                forkSearch == 0 ? null : new RunRecord.Fork(forkSearch, forkEvent),
                columns.text("source"),
                columns.amount("policy_parameters", 0),
                columns.amount("reward_parameters", 0),
                columns.text("prompts"));
    }

    /// @param working whether this process works on the search; a RUNNING search without an owner is interrupted
    static SearchSummary searchSummary(ResultSet row, @Nullable Owner owner, Set<Long> working) throws SQLException {
        var columns = new Columns(row);
        var problem = new Problem(
                columns.text("key"),
                columns.text("text"),
                columns.textOrNull("gold"),
                columns.textOrNull("solution"),
                columns.text("subject"),
                columns.count("level", 0),
                columns.text("task"),
                columns.text("payload"));
        long id = columns.whole("id");
        var status = columns.read("status", SearchStatus.DAMAGED, SearchStatus::stored);
        var read = new SearchSummary(
                id,
                columns.whole("run"),
                problem,
                status,
                columns.amount("events", 0),
                columns.count("candidates", 0),
                new Cost(columns.amount("policy_generated", 0), columns.amount("policy_processed", 0)),
                new Cost(columns.amount("reward_generated", 0), columns.amount("reward_processed", 0)),
                executed(columns),
                columns.number("seconds"),
                columns.text("failure"));
        if (!columns.damaged().isEmpty())
            return read.with(
                    SearchStatus.DAMAGED,
                    "Damaged: the %s of search %d cannot be read.".formatted(columns.damagedLabels(), id));
        boolean abandoned = status == SearchStatus.RUNNING && (owner == null || owner.here() && !working.contains(id));
        return abandoned ? read.with(SearchStatus.INTERRUPTED, read.failure()) : read;
    }

    /// Returns null if it is damaged.
    static @Nullable CandidateRow candidate(ResultSet row) throws SQLException {
        var columns = new Columns(row);
        var candidate = new CandidateRow(
                columns.whole("search"),
                columns.text("key"),
                columns.textOrNull("gold"),
                columns.count("level", 0),
                columns.text("subject"),
                columns.count("number", 0),
                columns.count("node", 0),
                columns.read("finish", Finish.STOP, Finish::valueOf),
                columns.count("tokens", 0),
                columns.text("text"),
                columns.read("scores", List.of(), EventCodec::decodeDoubles),
                columns.isNull("log_prob") ? Double.NaN : columns.number("log_prob"),
                columns.text("variant"));
        return columns.damaged().isEmpty() ? candidate : null;
    }

    private static TokensProcessed executed(Columns columns) throws SQLException {
        return new TokensProcessed(
                columns.amount("policy_executed", TokensProcessed.UNKNOWN),
                columns.amount("reward_executed", TokensProcessed.UNKNOWN));
    }
}
