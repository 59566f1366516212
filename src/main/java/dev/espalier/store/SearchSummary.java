package dev.espalier.store;

import dev.espalier.model.Cost;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.ComputeUsage;
import dev.espalier.search.log.TokensProcessed;

/// One search within a run.
///
/// @param failure "" where nothing went wrong
public record SearchSummary(long id, long run, Problem problem, SearchStatus status, long events, int candidates, Cost policy, Cost reward,
                            TokensProcessed executed, double seconds, String failure) {

    SearchSummary with(SearchStatus other, String why) {
        return new SearchSummary(id, run, problem, other, events, candidates, policy, reward, executed, seconds, why);
    }

    /// On every axis.
    ///
    /// @param of the search's run
    public ComputeUsage usage(RunRecord of) {
        return new ComputeUsage(candidates, policy, reward, executed, of.policyParameters(), of.rewardParameters(), seconds);
    }

    /// Tokens that the policy generated, NaN where that is not known, as of an imported search.
    public double generated() {
        return candidates > 0 && policy.generated() == 0 ? Double.NaN : policy.generated();
    }

    /// Seconds worked on, NaN where they are not known.
    public double time() {
        return candidates > 0 && seconds == 0 ? Double.NaN : seconds;
    }
}
