package dev.espalier.analysis;

import dev.espalier.search.log.Mode;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Tally.Ballot;
import dev.espalier.search.vote.Tally.Group;
import dev.espalier.search.vote.Vote;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Accuracy of votes and coverage at a budget, for each problem with a gold answer.
public final class Accuracy {
    /// The number of subsets drawn for a budget below the pool's size. The accuracy at that budget is the mean over
    /// them.
    public static final int SUBSETS = 100;

    private Accuracy() {}

    /// Returns the share of correct elections at budget n for each problem: the mean over the problem's pools (one
    /// for each seed). For n below the pool's size it is also the mean over [#SUBSETS] random subsets; their choice
    /// depends only on problem, seed and n. In parity mode budget n means the first n candidates. Pools with fewer
    /// than n candidates are skipped; a failed search counts as wrong.
    public static Map<String, Double> ofVote(List<Pool> pools, Vote vote, int n) {
        return byProblem(pools, pool -> !pool.reaches(n) ? Double.NaN : ofVote(pool, vote, n));
    }

    /// Returns the share of correct elections among all candidates, for each problem. An empty pool counts as
    /// wrong.
    public static Map<String, Double> ofVote(List<Pool> pools, Vote vote) {
        return byProblem(pools, pool -> right(pool, pool.ballots(), vote));
    }

    /// Returns the share of pools with at least one correct candidate, for each problem.
    public static Map<String, Double> covered(List<Pool> pools) {
        return byProblem(pools, pool -> pool.ballots().stream().anyMatch(Ballot::correct) ? 1 : 0);
    }

    private static double ofVote(Pool pool, Vote vote, int n) {
        if (pool.failed()) return 0;
        if (pool.mode() == Mode.PARITY) return right(pool, pool.ballots().subList(0, n), vote);
        if (n == 1) return pool.ballots().stream().filter(Ballot::correct).count() / (double) pool.n();
        if (n == pool.n()) return right(pool, pool.ballots(), vote);
        var random = new SplittableRandom(pool.problem().hashCode() * 31L + pool.seed() * 1_000_003L + n);
        var ballots = new ArrayList<>(pool.ballots());
        double sum = 0;
        for (int subset = 0; subset < SUBSETS; subset++) {
            for (int i = 0; i < n; i++) java.util.Collections.swap(ballots, i, random.nextInt(i, ballots.size()));
            var chosen = new ArrayList<>(ballots.subList(0, n));
            // On a tie a vote elects the earlier candidate, so the subset keeps the pool's order.
            chosen.sort(java.util.Comparator.comparingInt(Ballot::candidate));
            sum += right(pool, chosen, vote);
        }
        return sum / SUBSETS;
    }

    private static double right(Pool pool, List<Ballot> ballots, Vote vote) {
        return Tally.of(ballots, pool.mode() == Mode.PARITY)
                        .elect(vote)
                        .filter(Group::correct)
                        .isPresent()
                ? 1
                : 0;
    }

    /// Returns the unbiased pass@n for each problem: 1 − C(N−c, n)/C(N, n) for c correct of N candidates (Chen et
    /// al. 2021). Pools with N < n are skipped; a failed search counts as not covered.
    public static Map<String, Double> coverage(List<Pool> pools, int n) {
        return byProblem(
                pools,
                pool -> pool.failed() && pool.reaches(n)
                        ? 0
                        : passAt(n, pool.n(), (int)
                                pool.ballots().stream().filter(Ballot::correct).count()));
    }

    /// @return pass@k; NaN if k exceeds the number of samples
    public static double passAt(int k, int samples, int right) {
        if (k > samples) return Double.NaN;
        double none = 1;
        for (int j = samples - right + 1; j <= samples; j++) none *= Math.max(0, 1 - k / (double) j);
        return 1 - none;
    }

    /// Averages over each problem's pools in a fixed order: floating-point sums must not depend on the order in
    /// which searches finished.
    private static Map<String, Double> byProblem(List<Pool> pools, java.util.function.ToDoubleFunction<Pool> value) {
        var sums = new TreeMap<String, double[]>();
        for (var pool : Pool.ordered(Pool.graded(pools))) {
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
