package dev.espalier.store;

import dev.espalier.model.ModelCard;
import dev.espalier.search.log.SearchConfig;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A run: one configuration over a problem set.
///
/// @param id         assigned by the store; 0 before
/// @param name       the user's name for it
/// @param sweep      label shared by the runs of a sweep, "" for none
/// @param problemSet name of the problem set, "" for a typed problem
/// @param created    start time
/// @param version    Espalier's version
/// @param device     the models' device and precision
/// @param fork       the parent if this run is a fork, otherwise null. Figures omit forks by default
/// @param source     the imported file and its SHA-256, "" for a run made here. An imported run's sampling settings are
///                   unknown: of its configuration only strategy, parameters, reduction, separator and model names mean
///                   something, and the seed only tells repetitions of a problem apart
/// @param policyParameters,rewardParameters the models' parameter counts, 0 if unknown
/// @param prompts    how the policy's prompts are made, "" if unknown
public record RunRecord(
        long id,
        String name,
        String sweep,
        String problemSet,
        SearchConfig config,
        Instant created,
        String version,
        String device,
        @Nullable Fork fork,
        String source,
        long policyParameters,
        long rewardParameters,
        String prompts) {

    /// An event of another search before which the user intervened.
    ///
    /// @param event its number; the fork shares the parent's earlier events
    public record Fork(long search, int event) {}

    public RunRecord(
            long id,
            String name,
            String sweep,
            String problemSet,
            SearchConfig config,
            Instant created,
            String version,
            String device) {
        this(id, name, sweep, problemSet, config, created, version, device, null, "");
    }

    public RunRecord(
            long id,
            String name,
            String sweep,
            String problemSet,
            SearchConfig config,
            Instant created,
            String version,
            String device,
            @Nullable Fork fork,
            String source) {
        this(id, name, sweep, problemSet, config, created, version, device, fork, source, 0, 0, "");
    }

    /// Returns a copy with what the models' cards say: their parameter counts, and how prompts are made.
    public RunRecord madeBy(ModelCard policy, @Nullable ModelCard reward) {
        return new RunRecord(
                id,
                name,
                sweep,
                problemSet,
                config,
                created,
                version,
                device,
                fork,
                source,
                policy.parameters(),
                reward == null ? 0 : reward.parameters(),
                policy.prompts());
    }

    public boolean imported() {
        return !source.isEmpty();
    }
}
