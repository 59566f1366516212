package dev.espalier.ui.search;

import dev.espalier.EspalierException;
import dev.espalier.search.InterventionCheck;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.strategy.Strategies;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The user's interventions at a node. Menus, palette and keys are built from this list. If a command needs more than
/// the node (a new text, the parameters of the form), the view provides it.
public enum InterventionCommand {
    PRUNE("Prune step"),
    REVIVE("Revive step"),
    KEEP("Keep step at the next selection"),
    RESAMPLE("Resample from here × 4"),
    EDIT("Edit step…"),
    CONTINUE("Continue from here with the form's strategy"),
    CHANGE("Change to the form's parameters from here");

    static final int TIMES = 4;

    private final String title;

    InterventionCommand(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }

    public static List<InterventionCommand> all() {
        return Arrays.asList(values());
    }

    /// The intervention; null if it needs more than the node.
    @Nullable
    Intervention on(int node) {
        return switch (this) {
            case PRUNE -> new Intervention.Prune(node);
            case REVIVE -> new Intervention.Revive(node);
            case KEEP -> new Intervention.Keep(node);
            case RESAMPLE -> new Intervention.Resample(node, TIMES);
            case EDIT, CONTINUE, CHANGE -> null;
        };
    }

    /// Whether it applies to the selected node of the shown tree.
    boolean fits(TreeModel model) {
        var config = model.config().get();
        var tree = model.snapshot().get().tree();
        int node = model.selected().get();
        if (config == null || model.stored() == 0 || config.mode() != dev.espalier.search.log.Mode.STANDARD)
            return false;
        if (this == CHANGE) return !tree.over();
        if (node < 0 || node >= tree.nodes().size()) return false;
        return switch (this) {
            case EDIT -> node > 0;
            case CONTINUE -> node == 0 || !tree.node(node).finish().ends();
            default -> accepted(on(node), tree, config);
        };
    }

    private static boolean accepted(
            @Nullable Intervention intervention, SearchTree tree, dev.espalier.search.log.SearchConfig config) {
        if (intervention == null) return false;
        try {
            InterventionCheck.check(intervention, tree, config, Strategies::of);
            return true;
        } catch (EspalierException _) {
            // Does not apply at this event: not offered.
            return false;
        }
    }
}
