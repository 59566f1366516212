package dev.espalier.store;

import dev.espalier.model.Cost;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.SearchTree.Node;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An event to store, with the rows that follow from it. The search's thread builds it from the search's tree, so that
/// the writing thread folds no log.
///
/// @param number    the event's number in its search
/// @param candidate the candidate that the event makes, or null
/// @param rescored  candidates whose scores the event changes
/// @param totals    the search's totals after the event
record LogEntry(long number, SearchEvent event, @Nullable Ended candidate, List<Rescored> rescored, Totals totals) {

    /// A new candidate.
    record Ended(Candidate candidate, int node, int tokens) {}

    record Rescored(int node, List<Double> scores) {}

    /// @param failure "" if none
    record Totals(int candidates, Cost policy, Cost reward, String failure) {}

    /// @param tree the tree after the event
    static LogEntry of(long number, SearchEvent event, SearchTree tree) {
        if (tree.events() != number + 1)
            throw new IllegalStateException("event %d came with a tree of %d events".formatted(number, tree.events()));
        return new LogEntry(
                number,
                event,
                event instanceof SearchEvent.Ended end ? ended(end, tree) : null,
                event instanceof SearchEvent.Scored scored ? rescored(scored, tree) : List.of(),
                new Totals(tree.candidatesByNumber().size(), tree.policyCost(), tree.rewardCost(), tree.failure()));
    }

    private static Ended ended(SearchEvent.Ended end, SearchTree tree) {
        var candidate = new Candidate(
                end.candidate(),
                tree.text(end.node()),
                end.finish(),
                tree.node(end.node()).pathScores(),
                Candidate.logProb(tree, end.node()),
                tree.variant(end.node()).name());
        return new Ended(candidate, end.node(), tree.tokens(end.node()));
    }

    /// Scores can arrive after a path has ended, and can change nodes above the scored one.
    private static List<Rescored> rescored(SearchEvent.Scored scored, SearchTree tree) {
        var rescored = new ArrayList<Rescored>();
        for (Node node : tree.path(scored.node()))
            if (node.candidate() >= 0) rescored.add(new Rescored(node.id(), node.pathScores()));
        return List.copyOf(rescored);
    }
}
