package dev.espalier.search.log;

import dev.espalier.model.Cost;

/// The compute that a search or a run has used: generations, tokens, FLOPs and time. Unknown FLOPs are NaN.
///
/// A token costs 2·P FLOPs for a model of P parameters (Kaplan et al. 2020, "Scaling laws for neural language models":
/// one multiplication and one addition per parameter; attention over the context does not count). Theoretical FLOPs
/// follow from the logical cost, which assumes a policy that keeps each path's KV and a reward model that reads the
/// whole path each time. Executed FLOPs follow from the tokens that the models processed.
///
/// @param generations complete generations returned
/// @param executed    the tokens that the models processed
/// @param policyParameters,rewardParameters P, 0 if unknown
/// @param seconds     working time
public record ComputeUsage(
        int generations,
        Cost policy,
        Cost reward,
        TokensProcessed executed,
        long policyParameters,
        long rewardParameters,
        double seconds) {

    public double policyFlops() {
        return flops(policyParameters, policy.processed());
    }

    /// The cost of scoring every path from its start.
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
