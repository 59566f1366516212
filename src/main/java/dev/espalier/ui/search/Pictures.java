package dev.espalier.ui.search;

import dev.espalier.problem.Problem;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.Timeline;
import dev.espalier.search.vote.Answers;

/// The log of one search for the window: its timeline, the answers of its paths, and snapshots of its moments.
final class Pictures {
    private final Problem problem;
    private final Timeline timeline = new Timeline();
    private volatile TreeModel.Snapshot last = TreeModel.Snapshot.NONE;
    private Answers answers;

    Pictures(Problem problem) {
        this.problem = problem;
        answers = new Answers(problem, Mode.STANDARD.task(problem));
    }

    Timeline timeline() {
        return timeline;
    }

    /// The answers of the search's paths, at any moment.
    Answers answers() {
        return answers;
    }

    /// Adds an event. Does not fold it; [#at] does.
    void add(SearchEvent event) {
        if (event instanceof SearchEvent.Started(var config, var _, var _))
            answers = new Answers(problem, config.mode().task(problem));
        timeline.add(event);
    }

    /// A snapshot of a moment, with the difference from the previous snapshot. Call it off the JavaFX thread, one
    /// call at a time.
    TreeModel.Snapshot at(int moment) {
        var before = last;
        var tree = timeline.at(moment);
        var changes = before.shown() < moment
                ? Timeline.difference(before.tree(), tree)
                : Timeline.difference(tree, before.tree());
        last = new TreeModel.Snapshot(tree, moment, changes, Math.abs(moment - before.shown()));
        return last;
    }
}
