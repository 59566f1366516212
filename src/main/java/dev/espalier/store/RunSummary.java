package dev.espalier.store;

import dev.espalier.model.Cost;
import dev.espalier.search.Executed;
import dev.espalier.search.Spending;

/// A run and how far its searches are.
public record RunSummary(RunRecord run, int searches, int finished, int failed, int cancelled, int candidates, Cost policy, Cost reward, Executed executed, double seconds) {
    /// On every axis.
    public Spending spending() {
        return new Spending(candidates, policy, reward, executed, run.policyParameters(), run.rewardParameters(), seconds);
    }

    /// Tokens that the policy generated, NaN where that is not known.
    public double generated() {
        return run.imported() && policy.generated() == 0 ? Double.NaN : policy.generated();
    }

    /// Seconds worked on, NaN where they are not known.
    public double time() {
        return run.imported() && seconds == 0 ? Double.NaN : seconds;
    }

    public boolean complete() {
        return finished + failed == searches;
    }
}
