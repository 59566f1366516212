package dev.espalier.search.strategy;

import java.util.List;

/// The probability that the answer with most votes so far is the policy's most probable one, under a uniform prior.
/// `StrictMath` and a fixed order of summing: the same bits on every machine, since searches depend on it.
final class Posterior {
    private static final int INTERVALS = 2_000;

    private Posterior() {}

    /// Of two answers: P(X > ½) for X of Beta(first + 1, second + 1). For whole numbers that is the probability of at most `first`
    /// heads in first + second + 1 throws of a coin (Abramowitz, Stegun 1964, 26.5.24).
    static double ofTwo(int first, int second) {
        int throwsOfACoin = first + second + 1;
        double logOfOne = -throwsOfACoin * StrictMath.log(2);
        double sum = 0;
        for (int heads = 0; heads <= first; heads++) {
            sum += StrictMath.exp(logOfOne);
            logOfOne += StrictMath.log((double) (throwsOfACoin - heads) / (heads + 1));
        }
        return Math.min(1, sum);
    }

    /// Of all answers seen: P(X₁ is the largest) for X of Dirichlet(votes + 1). X has the distribution of independent Gamma(votes + 1)
    /// numbers divided by their sum, so it is ∫ f₁(x) ∏ Fᵢ(x) dx, computed by Simpson's rule; the error is below 1e-6.
    ///
    /// @param votes most first
    static double ofAll(List<Integer> votes) {
        int first = votes.getFirst();
        // Beyond lies less than 1e-12 of the Gamma distribution.
        double end = first + 1 + 10 * StrictMath.sqrt(first + 1) + 30;
        double width = end / INTERVALS;
        double sum = 0;
        for (int i = 0; i <= INTERVALS; i++) {
            double x = i * width;
            double density = poisson(first, x);
            for (int other = 1; other < votes.size() && density > 0; other++) density *= gammaBelow(votes.get(other), x);
            sum += density * (i == 0 || i == INTERVALS ? 1 : i % 2 == 1 ? 4 : 2);
        }
        return Math.min(1, sum * width / 3);
    }

    /// P(Gamma(votes + 1) ≤ x): that of more than `votes` events of a Poisson process by x.
    private static double gammaBelow(int votes, double x) {
        double term = poisson(votes, x);
        double sum = 0;
        for (int i = votes; i >= 0 && term > 0; i--) {
            sum += term;
            term *= i / x;
        }
        return Math.max(0, 1 - sum);
    }

    /// The probability of so many events where x are expected; also the density of Gamma(events + 1) at x.
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
