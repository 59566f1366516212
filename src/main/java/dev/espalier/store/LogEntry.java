package dev.espalier.store;

import dev.espalier.model.Cost;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.SearchTree.Node;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An event on its way into the database, with the rows that follow from it. It is taken from the tree of whoever runs the search, on that
/// thread, so the writing thread folds no log.
///
/// @param number    of the event in its search
/// @param candidate that the event makes, null where it makes none
/// @param rescored  candidates whose scores the event changes
/// @param totals    of the search after the event
record LogEntry(long number, SearchEvent event, @Nullable Ended candidate, List<Rescored> rescored, Totals totals) {

    /// A new candidate.
    record Ended(Candidate candidate, int node, int tokens) {}

    record Rescored(int node, List<Double> scores) {}

    /// @param failure "" where nothing went wrong
    record Totals(int candidates, Cost policy, Cost reward, String failure) {}

    /// @param tree as the event has made it
    static LogEntry of(long number, SearchEvent event, SearchTree tree) {
        if (tree.events() != number + 1) throw new IllegalStateException("event %d came with a tree of %d events".formatted(number, tree.events()));
        return new LogEntry(number, event, event instanceof SearchEvent.Ended end ? ended(end, tree) : null,
            event instanceof SearchEvent.Scored scored ? rescored(scored, tree) : List.of(),
            new Totals(tree.candidatesByNumber().size(), tree.policyCost(), tree.rewardCost(), tree.failure()));
    }

    private static Ended ended(SearchEvent.Ended end, SearchTree tree) {
        var candidate = new Candidate(end.candidate(), tree.text(end.node()), end.finish(), tree.node(end.node()).pathScores(), Candidate.logProb(tree, end.node()), tree.variant(end.node()).name());
        return new Ended(candidate, end.node(), tree.tokens(end.node()));
    }

    /// Scores may come after the end of a path, and reach nodes above the scored one.
    private static List<Rescored> rescored(SearchEvent.Scored scored, SearchTree tree) {
        var rescored = new ArrayList<Rescored>();
        for (Node node : tree.path(scored.node())) if (node.candidate() >= 0) rescored.add(new Rescored(node.id(), node.pathScores()));
        return List.copyOf(rescored);
    }
}
