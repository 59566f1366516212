package dev.espalier.store;

import dev.espalier.model.ModelCard;
import dev.espalier.search.log.SearchConfig;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A run: one configuration over a problem set.
///
/// @param id         given by the store, 0 before
/// @param name       what a person calls it
/// @param sweep      the sweep that it belongs to (a label shared by its runs), "" for none
/// @param problemSet name of the problem set, "" for a typed problem
/// @param created    when it was started
/// @param version    of Espalier
/// @param device     what the models ran on, with precision
/// @param fork       what it was forked from, null for a run of its own. Forks never count in figures unless asked
/// @param source     the file that it was imported from and the file's SHA-256, "" for a run made here. How an imported run's texts were sampled is not
///                   known: of its configuration only strategy, parameters, reduction, separator and models' names say something, and seeds are numbers
///                   that keep repetitions of a problem apart
/// @param policyParameters,rewardParameters number of the models' parameters, 0 where unknown
public record RunRecord(long id, String name, String sweep, String problemSet, SearchConfig config, Instant created, String version, String device, @Nullable Fork fork,
                        String source, long policyParameters, long rewardParameters) {

    /// A moment of another search at which a person had a hand in it.
    ///
    /// @param event its number: the parent's events before it are the fork's too
    public record Fork(long search, int event) {}

    public RunRecord(long id, String name, String sweep, String problemSet, SearchConfig config, Instant created, String version, String device) {
        this(id, name, sweep, problemSet, config, created, version, device, null, "");
    }

    public RunRecord(long id, String name, String sweep, String problemSet, SearchConfig config, Instant created, String version, String device, @Nullable Fork fork, String source) {
        this(id, name, sweep, problemSet, config, created, version, device, fork, source, 0, 0);
    }

    /// The same, made with models of so many parameters.
    public RunRecord madeBy(ModelCard policy, @Nullable ModelCard reward) {
        return new RunRecord(id, name, sweep, problemSet, config, created, version, device, fork, source, policy.parameters(), reward == null ? 0 : reward.parameters());
    }

    public boolean imported() {
        return !source.isEmpty();
    }
}
