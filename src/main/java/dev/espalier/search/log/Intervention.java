package dev.espalier.search.log;

import dev.espalier.model.Generation;
import dev.espalier.model.Step;

/// What a person does to a search. It makes a fork: a search of its own with the log up to an event of its parent, this as
/// the next event, and what follows from it.
public sealed interface Intervention {

    /// Nothing below the node is gone on with.
    record Prune(int node) implements Intervention {}

    /// A pruned leaf is gone on with from the next choice on.
    record Revive(int node) implements Intervention {}

    /// The leaf survives the next choice whatever its score.
    record Keep(int node) implements Intervention {}

    /// The node gets further continuations, which compete at the next choice.
    record Resample(int node, int times) implements Intervention {}

    /// The step is written anew: a sibling with this text competes in its place, scored anew; the old one is pruned.
    ///
    /// @param step text and the policy's tokens for it; no log-probabilities
    record Edit(int node, Step step) implements Intervention {}

    /// The search goes on from this node alone, by another strategy or other parameters.
    record ContinueFrom(int node, String strategy, Parameters parameters) implements Intervention {}

    /// The strategy's parameters, the sampling and the reduction from here on.
    record Change(Parameters parameters, Generation generation, Reduction reduction) implements Intervention {}

    /// What was done, in a few words.
    default String words() {
        return switch (this) {
            case Prune(int node) -> "prune node " + node;
            case Revive(int node) -> "revive node " + node;
            case Keep(int node) -> "keep node " + node;
            case Resample(int node, int times) -> "resample node " + node + " × " + times;
            case Edit edit -> "edit node " + edit.node();
            case ContinueFrom from -> "continue from node " + from.node() + " by " + from.strategy() + " " + from.parameters();
            case Change change -> "change to " + change.parameters();
        };
    }
}
