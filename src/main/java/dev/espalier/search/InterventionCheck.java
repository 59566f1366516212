package dev.espalier.search;

import dev.espalier.EspalierException;
import dev.espalier.model.Step;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchTree;

/// Whether an intervention makes sense at a moment of a search.
public final class InterventionCheck {
    private InterventionCheck() {}

    /// Refuses what makes no sense at this moment of a search, with the reason.
    ///
    /// @param tree       at the moment
    /// @param strategies by their names
    public static void check(Intervention intervention, SearchTree tree, SearchConfig config, StrategyFactory strategies) {
        if (config.mode() != Mode.STANDARD) throw refused("A search in %s mode follows the toolkit to the letter, so nobody has a hand in it; start one in standard mode", config.mode().label());
        switch (intervention) {
            case Intervention.Prune(int id) -> {
                if (step(tree, id).fate() == SearchTree.Fate.PRUNED) throw refused("Node %d is pruned already", id);
            }
            case Intervention.Revive(int id) -> {
                if (step(tree, id).fate() != SearchTree.Fate.PRUNED) throw refused("Node %d is not pruned, so it cannot be revived", id);
                if (!step(tree, id).children().isEmpty()) throw refused("Node %d has been gone on with; revive one of the last steps below it, or continue from it", id);
            }
            case Intervention.Keep(int id) -> {
                var node = step(tree, id);
                if (node.fate() == SearchTree.Fate.PRUNED) throw refused("Node %d is pruned; revive it", id);
                if (!node.children().isEmpty() || node.fate() == SearchTree.Fate.ENDED) throw refused("Node %d awaits no choice any more: only a last step can be kept", id);
            }
            case Intervention.Resample(int id, int times) -> {
                goesOn(tree, id);
                if (times < 1 || times > 1000) throw refused("A node is resampled 1 to 1000 times, not %d", times);
            }
            case Intervention.Edit(int id, Step step) -> {
                step(tree, id);
                if (step.text().isBlank()) throw refused("The step's new text is empty; prune the step instead");
            }
            case Intervention.ContinueFrom(int id, String name, Parameters parameters) -> {
                goesOn(tree, id);
                if (strategies.of(name, parameters, Mode.STANDARD).steeredByScores() && config.reward().isEmpty())
                    throw refused("The strategy %s is steered by a reward model and this search has none", name);
            }
            case Intervention.Change change -> {
                var now = strategies.of(config.strategy(), config.parameters(), Mode.STANDARD);
                if (!now.acceptsChange(strategies.of(config.strategy(), change.parameters(), Mode.STANDARD)))
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
