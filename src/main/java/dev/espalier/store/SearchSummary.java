package dev.espalier.store;

import dev.espalier.model.Cost;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.ComputeUsage;
import dev.espalier.search.log.TokensProcessed;

/// One search of a run.
///
/// @param failure "" if none
public record SearchSummary(
        long id,
        long run,
        Problem problem,
        SearchStatus status,
        long events,
        int candidates,
        Cost policy,
        Cost reward,
        TokensProcessed executed,
        double seconds,
        String failure) {

    SearchSummary with(SearchStatus other, String why) {
        return new SearchSummary(id, run, problem, other, events, candidates, policy, reward, executed, seconds, why);
    }

    /// Usage on every axis.
    ///
    /// @param of the search's run
    public ComputeUsage usage(RunRecord of) {
        return new ComputeUsage(
                candidates, policy, reward, executed, of.policyParameters(), of.rewardParameters(), seconds);
    }

    /// Tokens that the policy generated, NaN if unknown, as for an imported search.
    public double generated() {
        return candidates > 0 && policy.generated() == 0 ? Double.NaN : policy.generated();
    }

    /// Seconds of work, NaN if unknown.
    public double time() {
        return candidates > 0 && seconds == 0 ? Double.NaN : seconds;
    }
}
