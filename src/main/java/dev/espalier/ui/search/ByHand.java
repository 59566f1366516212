package dev.espalier.ui.search;

import dev.espalier.EspalierException;
import dev.espalier.search.Intervention;
import dev.espalier.search.SearchTree;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a person can do to a node. Menus, palette and keys are made from this one list; the two that need more than the node
/// (a new text, the form's parameters) are the window's to ask for.
public enum ByHand {
    PRUNE("Prune this step"),
    REVIVE("Revive this step"),
    KEEP("Keep this step at the next choice"),
    RESAMPLE("Resample from here × 4"),
    EDIT("Edit this step…"),
    CONTINUE("Continue from here as the form says"),
    CHANGE("Change parameters to the form's from here on");

    static final int TIMES = 4;

    private final String title;

    ByHand(String title) {
        this.title = title;
    }

    public String title() { return title; }

    public static List<ByHand> all() {
        return Arrays.asList(values());
    }

    /// The intervention, null where more is needed to make it.
    @Nullable Intervention on(int node) {
        return switch (this) {
            case PRUNE -> new Intervention.Prune(node);
            case REVIVE -> new Intervention.Revive(node);
            case KEEP -> new Intervention.Keep(node);
            case RESAMPLE -> new Intervention.Resample(node, TIMES);
            case EDIT, CONTINUE, CHANGE -> null;
        };
    }

    /// Whether it would be taken for a node of the tree that is shown.
    boolean fits(TreeModel model) {
        var config = model.config().get();
        var tree = model.snapshot().get().tree();
        int node = model.selected().get();
        if (config == null || model.stored() == 0 || config.mode() != dev.espalier.search.Mode.STANDARD) return false;
        if (this == CHANGE) return !tree.over();
        if (node < 0 || node >= tree.nodes().size()) return false;
        return switch (this) {
            case EDIT -> node > 0;
            case CONTINUE -> node == 0 || !tree.node(node).finish().ends();
            default -> accepted(on(node), tree, config);
        };
    }

    private static boolean accepted(@Nullable Intervention intervention, SearchTree tree, dev.espalier.search.SearchConfig config) {
        if (intervention == null) return false;
        try {
            intervention.check(tree, config);
            return true;
        } catch (EspalierException _) {
            // Makes no sense at this moment: it is not offered.
            return false;
        }
    }
}
