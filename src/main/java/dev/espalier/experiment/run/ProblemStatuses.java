package dev.espalier.experiment.run;

import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import dev.espalier.store.CandidateRow;
import dev.espalier.store.RunStore;
import dev.espalier.store.SearchSummary;
import dev.espalier.task.Verdicts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the status of problems in the store, from the candidates and verdicts of the latest finished search of each; reads no logs.
public final class ProblemStatuses {
    private final RunStore store;
    private final Verdicts verdicts;

    public ProblemStatuses(RunStore store, Verdicts verdicts) {
        this.store = store;
        this.verdicts = verdicts;
    }

    /// By problem id. A search that cannot be read has no status and takes nothing from the others.
    public Map<String, ProblemStatus> all() {
        var statuses = new LinkedHashMap<String, ProblemStatus>();
        for (var search : store.latestFinished()) of(search).ifPresent(status -> statuses.put(search.problem().id(), status));
        return statuses;
    }

    /// Empty if the search has no candidate, or its winner is not graded yet.
    public Optional<ProblemStatus> of(SearchSummary search) {
        var rows = store.candidatesOf(search.id());
        if (rows.isEmpty()) return Optional.empty();
        var task = store.run(search.run()).config().mode().task(search.problem());
        if (!task.gradable(search.problem())) return Optional.of(ProblemStatus.UNKNOWN);
        boolean scored = rows.stream().anyMatch(row -> !row.scores().isEmpty());
        var winner = Tally.of(candidates(rows), Reduction.LAST, search.problem(), task, verdicts).elect(scored ? Vote.WEIGHTED : Vote.MAJORITY);
        if (winner.isPresent() && winner.get().answered() && winner.get().verdict() == null) return Optional.empty();
        return Optional.of(winner.isPresent() && winner.get().correct() ? ProblemStatus.RIGHT : ProblemStatus.WRONG);
    }

    static List<Candidate> candidates(List<CandidateRow> rows) {
        return rows.stream().map(row -> new Candidate(row.number(), row.text(), row.finish(), row.scores(), row.logProb(), row.variant())).toList();
    }
}
