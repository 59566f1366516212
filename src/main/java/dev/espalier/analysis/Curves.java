package dev.espalier.analysis;

import dev.espalier.search.vote.Vote;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;

/// Computes curves from pools. Pools of problems without a gold answer count in no point.
public final class Curves {
    private Curves() {}

    /// The curve of a vote over one pool for each problem and seed: a point for each budget up to the pool's size,
    /// measured on subsets.
    public static Curve ofPool(String name, Vote vote, List<Pool> pools, List<Integer> budgets) {
        var points = new ArrayList<Curve.Point>();
        for (int n : budgets) {
            var reaching =
                    Pool.graded(pools).stream().filter(pool -> pool.reaches(n)).toList();
            if (!reaching.isEmpty())
                points.add(point(
                        n,
                        reaching,
                        Accuracy.ofVote(reaching, vote, n),
                        Accuracy.coverage(reaching, n),
                        reaching.stream()
                                .filter(pool -> !pool.failed())
                                .findFirst()
                                .map(pool -> n / (double) pool.n())
                                .orElse(Double.NaN)));
        }
        return new Curve(name, points);
    }

    /// The curve of searches that ran once at each budget. A search that ended with fewer candidates (vote settled,
    /// all beams ended) counts with those it has; one that failed counts as not right.
    public static Curve ofSearches(String name, Vote vote, SortedMap<Integer, List<Pool>> byBudget) {
        var points = new ArrayList<Curve.Point>();
        byBudget.forEach((n, all) -> {
            var pools = Pool.graded(all);
            if (!pools.isEmpty()) points.add(point(n, pools, Accuracy.ofVote(pools, vote), Accuracy.covered(pools), 1));
        });
        return new Curve(name, points);
    }

    /// @param share the share of a pool's cost that a budget of n causes
    private static Curve.Point point(
            int n, List<Pool> finished, Map<String, Double> accuracies, Map<String, Double> coverage, double share) {
        var pools = Pool.ordered(finished);
        var interval = ConfidenceInterval.of(accuracies.values());
        var seeds = new HashSet<Long>();
        pools.forEach(pool -> seeds.add(pool.seed()));
        return new Curve.Point(
                n,
                accuracies.size(),
                seeds.size(),
                interval.mean(),
                interval.low(),
                interval.high(),
                mean(coverage),
                share * known(pools, Pool::tokens),
                share * known(pools, Pool::seconds),
                (int) pools.stream().filter(Pool::failed).count(),
                List.copyOf(accuracies.keySet()));
    }

    /// Returns the mean cost of a finished search; NaN if the cost of any is unknown, as for imported runs, or if none
    /// finished.
    private static double known(List<Pool> all, ToDoubleFunction<Pool> cost) {
        var pools = all.stream().filter(pool -> !pool.failed()).toList();
        if (pools.isEmpty()) return Double.NaN;
        return pools.stream().anyMatch(pool -> pool.n() > 0 && cost.applyAsDouble(pool) <= 0)
                ? Double.NaN
                : pools.stream().mapToDouble(cost).average().orElse(0);
    }

    private static double mean(Map<String, Double> values) {
        return values.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
    }
}
