package dev.espalier.search.log;

import dev.espalier.model.Generation;
import dev.espalier.model.Step;

/// A change that the user makes to a search. It creates a fork: a search with the parent's log up to an event, then
/// this as the next event, then the events that follow from it.
public sealed interface Intervention {

    /// Prunes the node: nothing below it is expanded.
    record Prune(int node) implements Intervention {}

    /// Revives a pruned leaf: it competes again from the next selection on.
    record Revive(int node) implements Intervention {}

    /// Keeps the leaf at the next selection, regardless of its score.
    record Keep(int node) implements Intervention {}

    /// Samples more continuations of the node; they compete in the next selection.
    record Resample(int node, int times) implements Intervention {}

    /// Replaces the step: prunes the node, and scores a new sibling with this text, which competes in its place.
    ///
    /// @param step the text and the policy's tokens for it, without log-probabilities
    record Edit(int node, Step step) implements Intervention {}

    /// Continues the search from this node alone, with a new run of a strategy.
    record ContinueFrom(int node, String strategy, Parameters parameters) implements Intervention {}

    /// Changes the strategy's parameters, the sampling settings and the reduction from here on.
    record Change(Parameters parameters, Generation generation, Reduction reduction) implements Intervention {}

    /// The change in a few words.
    default String describe() {
        return switch (this) {
            case Prune(int node) -> "prune node " + node;
            case Revive(int node) -> "revive node " + node;
            case Keep(int node) -> "keep node " + node;
            case Resample(int node, int times) -> "resample node " + node + " × " + times;
            case Edit edit -> "edit node " + edit.node();
            case ContinueFrom from ->
                "continue from node " + from.node() + " by " + from.strategy() + " " + from.parameters();
            case Change change -> "change to " + change.parameters();
        };
    }
}
