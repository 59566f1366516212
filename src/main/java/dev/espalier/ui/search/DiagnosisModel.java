package dev.espalier.ui.search;

import dev.espalier.analysis.Diagnosis;
import dev.espalier.analysis.Diversity;
import dev.espalier.figure.TaskText;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.Timeline;
import dev.espalier.task.Verdicts;
import dev.espalier.ui.kit.Background;
import dev.espalier.ui.kit.LatestWins;
import java.util.List;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/// The view model of the diagnosis strip: why the vote at the shown moment is right or wrong, and how different the
/// kept paths of each iteration are. Follows the moment, the reduction and the vote.
public final class DiagnosisModel {

    /// @param sentence  the diagnosis, "" without a search
    /// @param target    the node that the diagnosis is about, -1 for none
    /// @param moment    the number of events after which the node was pruned, -1 if it is shown as it is
    /// @param diversity of each iteration up to the moment
    public record Strip(String sentence, int target, int moment, List<Diversity> diversity) {
        static final Strip NONE = new Strip("", -1, -1, List.of());

        public Strip {
            diversity = List.copyOf(diversity);
        }
    }

    private final TreeModel shown;
    private final VotesModel votes;
    private final Verdicts verdicts;
    private final LatestWins computing;
    private final ReadOnlyObjectWrapper<Strip> strip = new ReadOnlyObjectWrapper<>(Strip.NONE);

    /// @param verdicts known verdicts; asked off the JavaFX thread
    public DiagnosisModel(TreeModel shown, VotesModel votes, Verdicts verdicts, Background background) {
        this.shown = shown;
        this.votes = votes;
        this.verdicts = verdicts;
        computing = new LatestWins(background);
        votes.counted().subscribe(this::compute);
        votes.vote().subscribe((_, _) -> compute());
    }

    public ReadOnlyObjectProperty<Strip> strip() {
        return strip.getReadOnlyProperty();
    }

    /// Selects the node that the diagnosis is about, at the moment that pruned it.
    public void follow() {
        var to = strip.get();
        if (to.target() < 0) return;
        if (to.moment() >= 0) shown.cursor().set(to.moment());
        shown.selected().set(to.target());
    }

    private void compute() {
        var counted = votes.counted().get();
        var timeline = shown.timeline();
        if (counted == null || counted.shown() == 0 || counted.shown() > timeline.size()) {
            computing.forget();
            strip.set(Strip.NONE);
            return;
        }
        var vote = votes.vote().get();
        computing.submit(
                () -> {
                    var diagnosis = Diagnosis.of(counted.tree(), counted.answers(), counted.tally(), vote, verdicts);
                    var labels = new TaskText(counted.answers().task().presentation());
                    int target = target(diagnosis, counted.tree());
                    return new Strip(
                            new DiagnosisText(labels, vote).of(diagnosis),
                            target,
                            moment(diagnosis, timeline, counted.shown()),
                            Diversity.of(counted.tree(), timeline.events(0, counted.shown())));
                },
                strip::set,
                message -> strip.set(new Strip("No diagnosis: " + message, -1, -1, List.of())));
    }

    private static int target(Diagnosis diagnosis, SearchTree tree) {
        return switch (diagnosis) {
            case Diagnosis.NotFinished open -> target(open.soFar(), tree);
            case Diagnosis.Right right -> node(tree, right.winner().bestCandidate());
            case Diagnosis.LostVote lost -> node(tree, lost.right().bestCandidate());
            case Diagnosis.Pruned pruned -> pruned.node();
            case Diagnosis.ExtractionError error -> error.node();
            case Diagnosis.NoGold _, Diagnosis.Ungraded _, Diagnosis.NotCovered _ -> -1;
        };
    }

    private static int node(SearchTree tree, int candidate) {
        var node = tree.candidatesByNumber().get(candidate);
        return node == null ? -1 : node.id();
    }

    private static int moment(Diagnosis diagnosis, Timeline timeline, int shown) {
        return switch (diagnosis) {
            case Diagnosis.NotFinished open -> moment(open.soFar(), timeline, shown);
            case Diagnosis.Pruned pruned -> timeline.pruned(pruned.node(), shown);
            default -> -1;
        };
    }
}
