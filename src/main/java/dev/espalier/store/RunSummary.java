package dev.espalier.store;

import dev.espalier.model.Cost;
import dev.espalier.search.log.ComputeUsage;
import dev.espalier.search.log.TokensProcessed;
import org.jspecify.annotations.Nullable;

/// A run and its progress.
///
/// @param owner  the process that works on it, null for none
/// @param damage a sentence that names the unreadable values of its row, for which the record holds defaults; "" for
///               none
public record RunSummary(
        RunRecord run,
        int searches,
        int finished,
        int failed,
        int cancelled,
        int candidates,
        Cost policy,
        Cost reward,
        TokensProcessed executed,
        double seconds,
        @Nullable Owner owner,
        String damage) {
    public RunSummary(
            RunRecord run,
            int searches,
            int finished,
            int failed,
            int cancelled,
            int candidates,
            Cost policy,
            Cost reward,
            TokensProcessed executed,
            double seconds) {
        this(run, searches, finished, failed, cancelled, candidates, policy, reward, executed, seconds, null, "");
    }

    /// What the user must know before using it: another owner, or damage; "" for nothing.
    public String warning() {
        if (damaged()) return damage;
        return owner == null || owner.here() ? "" : owner.sentence(run.id());
    }

    public boolean damaged() {
        return !damage.isEmpty();
    }

    /// Usage on every axis.
    public ComputeUsage usage() {
        return new ComputeUsage(
                candidates, policy, reward, executed, run.policyParameters(), run.rewardParameters(), seconds);
    }

    /// Tokens that the policy generated, NaN if unknown.
    public double generated() {
        return run.imported() && policy.generated() == 0 ? Double.NaN : policy.generated();
    }

    /// Seconds of work, NaN if unknown.
    public double time() {
        return run.imported() && seconds == 0 ? Double.NaN : seconds;
    }

    public boolean complete() {
        return finished + failed == searches;
    }
}
