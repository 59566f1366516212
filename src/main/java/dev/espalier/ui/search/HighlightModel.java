package dev.espalier.ui.search;

import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;

/// The view model of what stands out in the shown tree: the elected candidate and the highlighted path. When a search
/// ends and nothing is selected, it selects the elected candidate once.
public final class HighlightModel {
    private final TreeModel tree;
    private final VotesModel votes;
    private final ReadOnlyIntegerWrapper path = new ReadOnlyIntegerWrapper(-1);
    private final ReadOnlyIntegerWrapper elected = new ReadOnlyIntegerWrapper(-1);
    private boolean offered;

    HighlightModel(TreeModel tree, VotesModel votes) {
        this.tree = tree;
        this.votes = votes;
        tree.problem().subscribe(() -> offered = false);
        tree.snapshot().subscribe(now -> {
            if (now.shown() == 0) offered = false;
            update();
        });
        tree.selected().subscribe(this::update);
        votes.tally().subscribe(this::update);
        votes.vote().subscribe(this::update);
    }

    /// The last node of the highlighted path: the selected node, or the elected candidate's if none is selected; -1 for
    /// none.
    public ReadOnlyIntegerProperty path() {
        return path.getReadOnlyProperty();
    }

    /// The candidate that the vote elects; -1 for none.
    public ReadOnlyIntegerProperty elected() {
        return elected.getReadOnlyProperty();
    }

    private void update() {
        var now = tree.snapshot().get().tree();
        var tally = votes.tally().get();
        var winner = tally.elect(votes.vote().get())
                .map(group -> now.candidateNode(group.bestCandidate()))
                .orElse(null);
        int selected = selected();
        elected.set(winner == null ? -1 : winner.candidate());
        if (selected < 0
                && winner != null
                && now.over()
                && tally.candidates() == now.candidates().size()
                && !offered) {
            offered = true;
            tree.selected().set(winner.id());
            return;
        }
        path.set(selected > 0 ? selected : winner == null ? -1 : winner.id());
    }

    private int selected() {
        int node = tree.selected().get();
        return node < tree.snapshot().get().tree().nodes().size() ? node : -1;
    }
}
