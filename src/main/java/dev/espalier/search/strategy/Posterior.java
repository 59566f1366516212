package dev.espalier.search.strategy;

import java.util.List;

/// The posterior probability that the answer with the most votes is the policy's most probable answer, under a uniform
/// prior. Searches depend on it, so `StrictMath` and a fixed order of summation give the same bits on every machine.
final class Posterior {
    private static final int INTERVALS = 2_000;

    private Posterior() {}

    /// For two answers: P(X > ½) for X ~ Beta(first + 1, second + 1). For whole numbers that is the probability of
    /// at most `first` heads in first + second + 1 tosses of a fair coin (Abramowitz, Stegun 1964, 26.5.24).
    static double ofTwo(int first, int second) {
        int tosses = first + second + 1;
        double logTerm = -tosses * StrictMath.log(2);
        double sum = 0;
        for (int heads = 0; heads <= first; heads++) {
            sum += StrictMath.exp(logTerm);
            logTerm += StrictMath.log((double) (tosses - heads) / (heads + 1));
        }
        return Math.min(1, sum);
    }

    /// For all answers: P(X₁ is the largest) for X ~ Dirichlet(votes + 1). X is distributed like independent
    /// Gamma(votes + 1) variables divided by their sum, so the probability is ∫ f₁(x) ∏ Fᵢ(x) dx. Computed by
    /// Simpson's rule with an error below 1e-6.
    ///
    /// @param votes in descending order
    static double ofAll(List<Integer> votes) {
        int first = votes.getFirst();
        // Less than 1e-12 of the Gamma distribution is above this bound.
        double end = first + 1 + 10 * StrictMath.sqrt(first + 1) + 30;
        double width = end / INTERVALS;
        double sum = 0;
        for (int i = 0; i <= INTERVALS; i++) {
            double x = i * width;
            double density = poisson(first, x);
            for (int other = 1; other < votes.size() && density > 0; other++)
                density *= gammaBelow(votes.get(other), x);
            sum += density * (i == 0 || i == INTERVALS ? 1 : i % 2 == 1 ? 4 : 2);
        }
        return Math.min(1, sum * width / 3);
    }

    /// P(Gamma(votes + 1) ≤ x): the probability of more than `votes` events of a Poisson process up to x.
    private static double gammaBelow(int votes, double x) {
        double term = poisson(votes, x);
        double sum = 0;
        for (int i = votes; i >= 0 && term > 0; i--) {
            sum += term;
            term *= i / x;
        }
        return Math.max(0, 1 - sum);
    }

    /// The Poisson probability of a number of events with mean x; also the density of Gamma(events + 1) at x.
    private static double poisson(int events, double x) {
        if (x == 0) return events == 0 ? 1 : 0;
        return StrictMath.exp(events * StrictMath.log(x) - x - logFactorial(events));
    }

    private static double logFactorial(int n) {
        double log = 0;
        for (int i = 2; i <= n; i++) log += StrictMath.log(i);
        return log;
    }
}
