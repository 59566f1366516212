package dev.espalier.store;

import dev.espalier.model.Cost;
import dev.espalier.search.log.ComputeUsage;
import dev.espalier.search.log.TokensProcessed;
import org.jspecify.annotations.Nullable;

/// A run and how far its searches are.
///
/// @param owner  who works on it at present, null for nobody
/// @param damage "" or a sentence: what of its row cannot be read. SafeText values stand for that in the record
public record RunSummary(RunRecord run, int searches, int finished, int failed, int cancelled, int candidates, Cost policy, Cost reward, TokensProcessed executed, double seconds,
                         @Nullable Owner owner, String damage) {
    public RunSummary(RunRecord run, int searches, int finished, int failed, int cancelled, int candidates, Cost policy, Cost reward, TokensProcessed executed, double seconds) {
        this(run, searches, finished, failed, cancelled, candidates, policy, reward, executed, seconds, null, "");
    }

    /// What a person must know before using it: who else works on it, or what is damaged. "" for nothing.
    public String trouble() {
        if (damaged()) return damage;
        return owner == null || owner.here() ? "" : owner.sentence(run.id());
    }

    public boolean damaged() {
        return !damage.isEmpty();
    }

    /// On every axis.
    public ComputeUsage usage() {
        return new ComputeUsage(candidates, policy, reward, executed, run.policyParameters(), run.rewardParameters(), seconds);
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
