package dev.espalier.experiment;

import dev.espalier.analysis.Pool;
import dev.espalier.search.Candidate;
import dev.espalier.search.SearchConfig;
import dev.espalier.store.RunStore;
import dev.espalier.store.SearchSummary;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Pools read back from the store, graded as they are read: answers are never stored, so a better grader grades old runs too.
final class StoredPools {
    private StoredPools() {}

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
            pools.put(search.id(), SweepRunner.pool(search.problem(), config, wanted.get(search.id()), search.policy().generated(), search.seconds()));
        }
        return pools;
    }
}
