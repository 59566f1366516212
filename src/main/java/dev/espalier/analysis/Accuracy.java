package dev.espalier.analysis;

import dev.espalier.search.log.Mode;
import dev.espalier.search.vote.Tally.Ballot;
import dev.espalier.search.vote.Tally.Group;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Accuracy of votes and coverage at a budget, problem by problem.
public final class Accuracy {
    /// Subsets drawn for each budget that is smaller than the pool; accuracies at it are means over them.
    public static final int SUBSETS = 100;

    private Accuracy() {}

    /// Share of right elections at a budget, by problem: the mean over its pools (seeds) and, where n is smaller than the
    /// pool, over [#SUBSETS] subsets whose choice depends on problem, seed and n alone.
    /// In parity mode a budget of n is the pool's first n candidates. Problems whose pools are smaller than n are left out.
    public static Map<String, Double> ofVote(List<Pool> pools, Vote vote, int n) {
        return byProblem(pools, pool -> pool.n() < n ? Double.NaN : ofVote(pool, vote, n));
    }

    /// Share of right elections among all of a pool's candidates, by problem. Where there is none, nothing is right.
    public static Map<String, Double> ofVote(List<Pool> pools, Vote vote) {
        return byProblem(pools, pool -> right(pool, pool.ballots(), vote));
    }

    /// Share of pools with a right candidate, by problem.
    public static Map<String, Double> covered(List<Pool> pools) {
        return byProblem(pools, pool -> pool.ballots().stream().anyMatch(Ballot::correct) ? 1 : 0);
    }

    private static double ofVote(Pool pool, Vote vote, int n) {
        if (pool.mode() == Mode.PARITY) return right(pool, pool.ballots().subList(0, n), vote);
        if (n == 1) return pool.ballots().stream().filter(Ballot::correct).count() / (double) pool.n();
        if (n == pool.n()) return right(pool, pool.ballots(), vote);
        var random = new SplittableRandom(pool.problem().hashCode() * 31L + pool.seed() * 1_000_003L + n);
        var ballots = new ArrayList<>(pool.ballots());
        double sum = 0;
        for (int subset = 0; subset < SUBSETS; subset++) {
            for (int i = 0; i < n; i++) java.util.Collections.swap(ballots, i, random.nextInt(i, ballots.size()));
            var chosen = new ArrayList<>(ballots.subList(0, n));
            // "The first seen" on a tie means the earlier candidate.
            chosen.sort(java.util.Comparator.comparingInt(Ballot::candidate));
            sum += right(pool, chosen, vote);
        }
        return sum / SUBSETS;
    }

    private static double right(Pool pool, List<Ballot> ballots, Vote vote) {
        return Tally.of(ballots, pool.mode() == Mode.PARITY).elect(vote).filter(Group::correct).isPresent() ? 1 : 0;
    }

    /// Unbiased pass@n, by problem: 1 − C(N−c, n)/C(N, n) for c right of N (Chen et al. 2021). Undefined, and left out, for n > N.
    public static Map<String, Double> coverage(List<Pool> pools, int n) {
        return byProblem(pools, pool -> passAt(n, pool.n(), (int) pool.ballots().stream().filter(Ballot::correct).count()));
    }

    /// @return NaN where n exceeds the number of samples
    public static double passAt(int k, int samples, int right) {
        if (k > samples) return Double.NaN;
        double none = 1;
        for (int j = samples - right + 1; j <= samples; j++) none *= Math.max(0, 1 - k / (double) j);
        return 1 - none;
    }

    /// In an order of its own, so that sums and resamples are the same bits in whatever order searches finished.
    private static Map<String, Double> byProblem(List<Pool> pools, java.util.function.ToDoubleFunction<Pool> value) {
        var sums = new TreeMap<String, double[]>();
        for (var pool : Pool.ordered(pools)) {
            double v = value.applyAsDouble(pool);
            if (Double.isNaN(v)) continue;
            var sum = sums.computeIfAbsent(pool.problem(), _ -> new double[2]);
            sum[0] += v;
            sum[1]++;
        }
        var means = new TreeMap<String, Double>();
        sums.forEach((problem, sum) -> means.put(problem, sum[0] / sum[1]));
        return means;
    }
}
