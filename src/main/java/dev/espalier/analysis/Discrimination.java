package dev.espalier.analysis;

import dev.espalier.search.vote.Tally.Ballot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How well a reward model separates correct from wrong candidates of the *same* problem.
public final class Discrimination {
    private Discrimination() {}

    /// Returns the AUC for each problem and seed that has correct and wrong candidates: the probability that a
    /// random correct candidate scores above a random wrong one; ties count half (Mann–Whitney). Candidates
    /// without a score do not count. Pooling candidates over problems would reward a model for knowing which
    /// problems are hard.
    public static Map<String, Double> withinProblem(List<Pool> pools) {
        var aucs = new LinkedHashMap<String, Double>();
        for (var pool : Pool.ordered(Pool.graded(pools))) {
            double auc = auc(pool.ballots());
            if (!Double.isNaN(auc)) aucs.merge(pool.problem() + "\0" + pool.seed(), auc, (a, _) -> a);
        }
        return aucs;
    }

    static double auc(List<Ballot> ballots) {
        double wins = 0;
        long pairs = 0;
        for (var right : ballots) {
            if (!right.correct() || Double.isNaN(right.score())) continue;
            for (var wrong : ballots) {
                if (wrong.correct() || Double.isNaN(wrong.score())) continue;
                pairs++;
                wins += right.score() > wrong.score() ? 1 : right.score() == wrong.score() ? 0.5 : 0;
            }
        }
        return pairs == 0 ? Double.NaN : wins / pairs;
    }
}
