package dev.espalier.search.log;

import dev.espalier.model.Cost;

/// What a search or a run has spent, on every axis. Figures that cannot be known are NaN.
///
/// A token's FLOPs are 2·P for a model of P parameters (Kaplan et al. 2020, "Scaling laws for neural language models": one multiplication and one
/// addition a parameter; attention over the context is left out). Theoretical FLOPs are those of the logical cost: a policy that keeps each path's
/// KV, a reward model that reads the whole path each time. TokensProcessed FLOPs are those of the tokens that really went through the models.
///
/// @param generations complete generations returned
/// @param policyParameters,rewardParameters P, 0 where unknown
/// @param seconds worked on
public record Spending(int generations, Cost policy, Cost reward, TokensProcessed executed, long policyParameters, long rewardParameters, double seconds) {

    public double policyFlops() {
        return flops(policyParameters, policy.processed());
    }

    /// Of re-scoring every path from its beginning.
    public double rewardFlops() {
        return flops(rewardParameters, reward.processed());
    }

    public double policyFlopsExecuted() {
        return flops(policyParameters, executed.policy());
    }

    public double rewardFlopsExecuted() {
        return flops(rewardParameters, executed.reward());
    }

    private static double flops(long parameters, long tokens) {
        if (tokens == 0) return 0;
        return parameters == 0 || tokens == TokensProcessed.UNKNOWN ? Double.NaN : 2.0 * parameters * tokens;
    }
}
