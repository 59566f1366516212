package dev.espalier.ui.search;

import dev.espalier.problem.Problem;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.Timeline;
import dev.espalier.search.vote.Answers;

/// The log of one search as the window shows it: its timeline, what its paths answer, and the pictures of its moments.
final class Pictures {
    private final Problem problem;
    private final Timeline timeline = new Timeline();
    private volatile TreeModel.Snapshot last = TreeModel.Snapshot.NONE;
    private Answers answers;

    Pictures(Problem problem) {
        this.problem = problem;
        answers = new Answers(problem, Mode.STANDARD.task(problem));
    }

    Timeline timeline() { return timeline; }

    /// What the paths of the search answer, at whatever moment.
    Answers answers() { return answers; }

    /// Folds nothing: that is left to [#at].
    void add(SearchEvent event) {
        if (event instanceof SearchEvent.Started(var config, _, _)) answers = new Answers(problem, config.mode().task(problem));
        timeline.add(event);
    }

    /// The picture of a moment, compared with the one before. Call it off the window's thread, one call after another.
    TreeModel.Snapshot at(int moment) {
        var before = last;
        var tree = timeline.at(moment);
        var changes = before.shown() < moment ? Timeline.difference(before.tree(), tree) : Timeline.difference(tree, before.tree());
        last = new TreeModel.Snapshot(tree, moment, changes, Math.abs(moment - before.shown()));
        return last;
    }
}
