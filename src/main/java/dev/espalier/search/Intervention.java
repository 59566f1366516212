package dev.espalier.search;

import dev.espalier.EspalierException;
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

    /// Refuses what makes no sense at this moment of a search, with the reason.
    ///
    /// @param tree at the moment
    default void check(SearchTree tree, SearchConfig config) {
        if (config.mode() != Mode.STANDARD) throw refused("A search in %s mode follows the toolkit to the letter, so nobody has a hand in it; start one in standard mode", config.mode().label());
        switch (this) {
            case Prune(int id) -> {
                if (step(tree, id).fate() == SearchTree.Fate.PRUNED) throw refused("Node %d is pruned already", id);
            }
            case Revive(int id) -> {
                if (step(tree, id).fate() != SearchTree.Fate.PRUNED) throw refused("Node %d is not pruned, so it cannot be revived", id);
                if (!step(tree, id).children().isEmpty()) throw refused("Node %d has been gone on with; revive one of the last steps below it, or continue from it", id);
            }
            case Keep(int id) -> {
                var node = step(tree, id);
                if (node.fate() == SearchTree.Fate.PRUNED) throw refused("Node %d is pruned; revive it", id);
                if (!node.children().isEmpty() || node.fate() == SearchTree.Fate.ENDED) throw refused("Node %d awaits no choice any more: only a last step can be kept", id);
            }
            case Resample(int id, int times) -> {
                goesOn(tree, id);
                if (times < 1 || times > 1000) throw refused("A node is resampled 1 to 1000 times, not %d", times);
            }
            case Edit(int id, Step step) -> {
                step(tree, id);
                if (step.text().isBlank()) throw refused("The step's new text is empty; prune the step instead");
            }
            case ContinueFrom(int id, String name, Parameters parameters) -> {
                goesOn(tree, id);
                if (Strategies.of(name, parameters, Mode.STANDARD).steeredByScores() && config.reward().isEmpty())
                    throw refused("The strategy %s is steered by a reward model and this search has none", name);
            }
            case Change change -> {
                var now = Strategies.of(config.strategy(), config.parameters(), Mode.STANDARD);
                if (!now.canBecome(Strategies.of(config.strategy(), change.parameters(), Mode.STANDARD)))
                    throw refused("The strategy %s cannot change from %s to %s in its middle; continue from a node with the new parameters", config.strategy(), config.parameters(), change.parameters());
            }
        }
    }

    private static SearchTree.Node step(SearchTree tree, int id) {
        if (id == 0) throw refused("The problem itself is no step; choose a step of the tree");
        if (id < 0 || id >= tree.nodes().size()) throw refused("There is no node %d at this moment; the tree has %d", id, tree.nodes().size());
        return tree.node(id);
    }

    private static void goesOn(SearchTree tree, int id) {
        if (id != 0 && step(tree, id).finish().ends()) throw refused("The text of node %d has ended; choose a step before it", id);
    }

    private static EspalierException refused(String sentence, Object... values) {
        return new EspalierException(sentence.formatted(values) + ".");
    }
}
