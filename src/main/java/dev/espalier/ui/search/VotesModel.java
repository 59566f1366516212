package dev.espalier.ui.search;

import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Answers;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import dev.espalier.ui.kit.Background;
import dev.espalier.ui.kit.LatestWins;
import java.util.List;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleObjectProperty;
import org.jspecify.annotations.Nullable;

/// The view model of the vote: the answer groups of the shown tree and their winner. Counts again whenever the tree or
/// the reduction changes.
public final class VotesModel {

    /// Counts the votes: [dev.espalier.experiment.run.Grading#tallySoFar].
    @FunctionalInterface
    public interface Counting {
        Tally tally(SearchTree tree, Answers answers, Reduction reduction);
    }

    /// A tally with what was counted.
    ///
    /// @param shown number of events of the tree
    record Counted(SearchTree tree, int shown, Answers answers, Tally tally) {}

    private static final Tally NONE = new Tally(List.of(), 0);

    private final ObjectProperty<Reduction> reduction = new SimpleObjectProperty<>(Reduction.LAST);
    private final ObjectProperty<Vote> vote = new SimpleObjectProperty<>(Vote.WEIGHTED);
    private final ReadOnlyObjectWrapper<Tally> tally = new ReadOnlyObjectWrapper<>(NONE);
    private final ReadOnlyObjectWrapper<@Nullable Counted> counted = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyStringWrapper message = new ReadOnlyStringWrapper("");
    private final LatestWins counting;
    private final TreeModel shown;
    private final Counting counter;

    public VotesModel(TreeModel shown, Counting counter, Background background) {
        this.shown = shown;
        this.counter = counter;
        counting = new LatestWins(background);
        shown.snapshot().subscribe((_, _) -> count());
        reduction.subscribe((_, _) -> count());
    }

    public ObjectProperty<Reduction> reduction() {
        return reduction;
    }

    public ObjectProperty<Vote> vote() {
        return vote;
    }

    public ReadOnlyObjectProperty<Tally> tally() {
        return tally.getReadOnlyProperty();
    }

    /// The last count; a new object after each count, also after one of no candidates. Null before the first.
    ReadOnlyObjectProperty<@Nullable Counted> counted() {
        return counted.getReadOnlyProperty();
    }

    /// The error of the last count, "" for none.
    public ReadOnlyStringProperty message() {
        return message.getReadOnlyProperty();
    }

    /// Counts again after a new verdict.
    void recount() {
        count();
    }

    private void count() {
        var answers = shown.answers();
        var tree = shown.snapshot().get().tree();
        int moment = shown.snapshot().get().shown();
        if (tree.candidates().isEmpty()) {
            counting.forget();
            counted(new Counted(tree, moment, answers, NONE));
            return;
        }
        var by = reduction.get();
        counting.submit(
                () -> new Counted(tree, moment, answers, counter.tally(tree, answers, by)),
                this::counted,
                message::set);
    }

    private void counted(Counted result) {
        message.set("");
        tally.set(result.tally());
        counted.set(result);
    }
}
