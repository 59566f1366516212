package dev.espalier.experiment;

import dev.espalier.EspalierException;
import dev.espalier.analysis.Pool;
import dev.espalier.search.Candidate;
import dev.espalier.search.SearchConfig;
import dev.espalier.store.RunStore;
import dev.espalier.store.SearchStatus;
import dev.espalier.store.SearchSummary;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Pools read back from the store, graded as they are read: answers are never stored, so a better grader grades old runs too.
final class StoredPools {
    private StoredPools() {}

    /// The finished searches of runs, by configuration.
    ///
    /// @param forks whether searches count in which a person had a hand
    static LinkedHashMap<SearchConfig, Collection<Pool>> of(RunStore store, List<Long> runs, boolean forks) {
        var counted = new LinkedHashSet<>(runs).stream().map(store::run).filter(run -> forks || run.fork() == null).toList();
        if (counted.isEmpty() && !runs.isEmpty()) throw new EspalierException("A person had a hand in these runs: forks do not count in figures unless asked for (--forks).");
        var pools = new LinkedHashMap<SearchConfig, Collection<Pool>>();
        for (var run : counted) {
            var finished = store.searches(run.id()).stream().filter(search -> search.status() == SearchStatus.FINISHED).toList();
            pools.computeIfAbsent(run.config(), _ -> new ArrayList<>()).addAll(read(store, run.id(), run.config(), finished).values());
        }
        return pools;
    }

    /// @return by search id
    static Map<Long, Pool> read(RunStore store, long run, SearchConfig config, Collection<SearchSummary> searches) {
        var wanted = new LinkedHashMap<Long, List<Candidate>>();
        searches.forEach(search -> wanted.put(search.id(), new ArrayList<>()));
        if (wanted.isEmpty()) return Map.of();
        store.candidates(run, row -> {
            var candidates = wanted.get(row.search());
            if (candidates != null) candidates.add(new Candidate(row.number(), row.text(), row.finish(), row.scores(), row.logProb()));
        });
        var pools = new LinkedHashMap<Long, Pool>();
        for (var search : searches) {
            pools.put(search.id(), SweepRunner.pool(search.problem(), config, Objects.requireNonNull(wanted.get(search.id())), search.policy().generated(), search.seconds()));
        }
        return pools;
    }
}
