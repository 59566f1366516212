package dev.espalier.search;

import dev.espalier.EspalierException;
import dev.espalier.model.Step;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchTree;

/// Validates the user's interventions.
public final class InterventionCheck {
    private InterventionCheck() {}

    /// Checks that an intervention is possible at an event of a search.
    ///
    /// @param tree the search's tree at that event
    /// @throws EspalierException with the reason if it is not possible
    public static void check(
            Intervention intervention, SearchTree tree, SearchConfig config, StrategyFactory strategies) {
        if (config.mode() != Mode.STANDARD)
            throw rejected(
                    "A search in %s mode follows the toolkit exactly, so it cannot be forked with an intervention. Start a search in standard mode",
                    config.mode().label());
        switch (intervention) {
            case Intervention.Prune(int id) -> {
                if (step(tree, id).fate() == SearchTree.Fate.PRUNED) throw rejected("Node %d is already pruned", id);
            }
            case Intervention.Revive(int id) -> {
                if (step(tree, id).fate() != SearchTree.Fate.PRUNED)
                    throw rejected("Node %d is not pruned, so it cannot be revived", id);
                if (!step(tree, id).children().isEmpty())
                    throw rejected("Node %d has been expanded. Revive a leaf below it, or continue from it", id);
            }
            case Intervention.Keep(int id) -> {
                var node = step(tree, id);
                if (node.fate() == SearchTree.Fate.PRUNED) throw rejected("Node %d is pruned. Revive it instead", id);
                if (!node.children().isEmpty() || node.fate() == SearchTree.Fate.ENDED)
                    throw rejected(
                            "Node %d cannot be kept, because it has been expanded or has ended. Keep a leaf of an unfinished path",
                            id);
            }
            case Intervention.Resample(int id, int times) -> {
                requireUnfinished(tree, id);
                if (times < 1 || times > 1000)
                    throw rejected("A node can be resampled 1 to 1000 times, not %d times", times);
            }
            case Intervention.Edit(int id, Step step) -> {
                step(tree, id);
                if (step.text().isBlank()) throw rejected("The step's new text is empty. To remove the step, prune it");
            }
            case Intervention.ContinueFrom(int id, String name, Parameters parameters) -> {
                requireUnfinished(tree, id);
                if (strategies.of(name, parameters, Mode.STANDARD).steeredByScores()
                        && config.reward().isEmpty())
                    throw rejected(
                            "The strategy %s needs a reward model, but this search has none. Choose a strategy that does not need scores",
                            name);
            }
            case Intervention.Change change -> {
                var now = strategies.of(config.strategy(), config.parameters(), Mode.STANDARD);
                if (!now.acceptsChange(strategies.of(config.strategy(), change.parameters(), Mode.STANDARD)))
                    throw rejected(
                            "The strategy %s cannot change from %s to %s during a search. Continue from a node with the new parameters",
                            config.strategy(), config.parameters(), change.parameters());
            }
        }
    }

    private static SearchTree.Node step(SearchTree tree, int id) {
        if (id == 0) throw rejected("Node 0 is the problem, not a step. Choose a step of the tree");
        if (id < 0 || id >= tree.nodes().size())
            throw rejected(
                    "There is no node %d at this event. The tree has the nodes 0 to %d",
                    id, tree.nodes().size() - 1);
        return tree.node(id);
    }

    private static void requireUnfinished(SearchTree tree, int id) {
        if (id != 0 && step(tree, id).finish().ends())
            throw rejected("The path of node %d has ended and cannot be continued. Choose an earlier step", id);
    }

    private static EspalierException rejected(String sentence, Object... values) {
        return new EspalierException(sentence.formatted(values) + ".");
    }
}
