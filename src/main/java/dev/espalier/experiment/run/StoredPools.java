package dev.espalier.experiment.run;

import dev.espalier.EspalierException;
import dev.espalier.analysis.Pool;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.vote.Tally.Ballot;
import dev.espalier.store.RunRecord;
import dev.espalier.store.RunStore;
import dev.espalier.store.SearchStatus;
import dev.espalier.store.SearchSummary;
import dev.espalier.task.Verdicts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/// Builds pools of candidates from the store. Extracts answers anew each time, so that a better extractor improves old
/// runs; reads verdicts from the store.
public final class StoredPools {
    private static final Set<SearchStatus> OVER =
            Set.of(SearchStatus.FINISHED, SearchStatus.FAILED, SearchStatus.DAMAGED);

    private StoredPools() {}

    /// The finished and the failed searches of runs, by configuration.
    ///
    /// @param forks   whether to include forks, in which the user intervened
    /// @param leftOut receives a sentence for each damaged run and search that is left out, and for each run with
    ///                searches that are not over
    public static LinkedHashMap<SearchConfig, Collection<Pool>> of(
            RunStore store, Verdicts verdicts, List<Long> runs, boolean forks, Consumer<String> leftOut) {
        var readable = readable(store, runs, leftOut);
        var counted =
                readable.stream().filter(run -> forks || run.fork() == null).toList();
        if (counted.isEmpty() && !readable.isEmpty())
            throw new EspalierException(
                    "All of these runs are forks, in which the user intervened. Figures omit forks; include them with --forks.");
        var pools = new LinkedHashMap<SearchConfig, Collection<Pool>>();
        for (var run : counted) {
            var searches = store.searches(run.id());
            searches.stream()
                    .filter(search -> search.status() == SearchStatus.DAMAGED)
                    .forEach(search -> leftOut.accept(search.failure() + " It is left out."));
            var finished = searches.stream()
                    .filter(search -> search.status() == SearchStatus.FINISHED)
                    .toList();
            var ofConfig = pools.computeIfAbsent(run.config(), _ -> new ArrayList<>());
            ofConfig.addAll(read(store, verdicts, run.id(), run.config(), finished, leftOut)
                    .values());
            searches.stream()
                    .filter(search -> search.status() == SearchStatus.FAILED)
                    .forEach(search -> ofConfig.add(failed(search, run.config())));
            long open = searches.stream()
                    .filter(search -> !OVER.contains(search.status()))
                    .count();
            if (open > 0)
                leftOut.accept("Run %d has %d of %d searches that are not finished; they are left out."
                        .formatted(run.id(), open, searches.size()));
        }
        return pools;
    }

    /// A search that failed: without candidates, whatever it had so far.
    private static Pool failed(SearchSummary search, SearchConfig config) {
        return failed(search.problem(), config, search.policy().generated(), search.seconds());
    }

    /// As [#pool], for a search that failed.
    public static Pool failed(Problem problem, SearchConfig config, long tokens, double seconds) {
        return new Pool(
                problem.id(),
                problem.level(),
                config.seed(),
                List.of(),
                tokens,
                seconds,
                config.mode(),
                config.mode().task(problem).gradable(problem),
                Math.max(1, config.n()));
    }

    /// A damaged run is an error if it is the only one; otherwise it is left out.
    private static List<RunRecord> readable(RunStore store, List<Long> runs, Consumer<String> leftOut) {
        var readable = new ArrayList<RunRecord>();
        EspalierException refusal = null;
        for (long run : new LinkedHashSet<>(runs)) {
            try {
                readable.add(store.run(run));
            } catch (EspalierException damaged) {
                leftOut.accept(damaged.getMessage());
                refusal = damaged;
            }
        }
        if (readable.isEmpty() && refusal != null) throw refusal;
        return readable;
    }

    /// @param leftOut receives a sentence for each search with a damaged candidate
    /// @return by search id
    public static Map<Long, Pool> read(
            RunStore store,
            Verdicts verdicts,
            long run,
            SearchConfig config,
            Collection<SearchSummary> searches,
            Consumer<String> leftOut) {
        var wanted = new LinkedHashMap<Long, List<Candidate>>();
        searches.forEach(search -> wanted.put(search.id(), new ArrayList<>()));
        if (wanted.isEmpty()) return Map.of();
        var damaged = new LinkedHashSet<Long>();
        store.candidates(
                run,
                row -> {
                    var candidates = wanted.get(row.search());
                    if (candidates != null)
                        candidates.add(new Candidate(
                                row.number(), row.text(), row.finish(), row.scores(), row.logProb(), row.variant()));
                },
                damaged::add);
        damaged.retainAll(wanted.keySet());
        damaged.forEach(search ->
                leftOut.accept("Damaged: a candidate of search %d cannot be read. It is left out.".formatted(search)));
        var pools = new LinkedHashMap<Long, Pool>();
        for (var search : searches) {
            if (damaged.contains(search.id())) continue;
            pools.put(
                    search.id(),
                    pool(
                            verdicts,
                            search.problem(),
                            config,
                            Objects.requireNonNull(wanted.get(search.id())),
                            search.policy().generated(),
                            search.seconds()));
        }
        return pools;
    }

    /// The graded candidates of one search as a pool.
    public static Pool pool(
            Verdicts verdicts,
            Problem problem,
            SearchConfig config,
            Collection<Candidate> candidates,
            long tokens,
            double seconds) {
        var task = config.mode().task(problem);
        // The toolkit votes by last scores, even if another reduction steered the search.
        var reduction = config.mode() == Mode.PARITY ? Reduction.LAST : config.reduction();
        return new Pool(
                problem.id(),
                problem.level(),
                config.seed(),
                candidates.stream()
                        .map(candidate -> Ballot.of(candidate, reduction, problem, task, verdicts))
                        .toList(),
                tokens,
                seconds,
                config.mode(),
                task.gradable(problem));
    }
}
