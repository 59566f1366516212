package dev.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// What holds for the candidate numbers of every search in standard mode.
public final class CandidateNumbers {
    private CandidateNumbers() {}

    /// Asserts that no number belongs to two paths, that no path has two numbers, and that none is lost.
    public static void check(String what, List<SearchEvent> log) {
        var nodes = new HashMap<Integer, Integer>();
        var ended = new HashSet<Integer>();
        for (var end : Runs.of(SearchEvent.Ended.class, log)) {
            assertThat(nodes.merge(end.candidate(), end.node(), (first, _) -> first))
                    .as("the path of candidate %d, %s", end.candidate(), what)
                    .isEqualTo(end.node());
            ended.add(end.node());
        }
        assertThat(nodes).as(what).hasSameSizeAs(ended);
        var tree = SearchTree.of(log);
        assertThat(numbers(tree)).as(what).isEqualTo(nodes);
        tree.candidatesByNumber()
                .forEach((number, node) -> assertThat(node.candidate()).as(what).isEqualTo(number));
        if (log.getLast() instanceof SearchEvent.Finished finished)
            assertThat(finished.candidates()).as(what).isEqualTo(ended.size());
    }

    /// The node of each candidate.
    public static Map<Integer, Integer> numbers(SearchTree tree) {
        var nodes = new HashMap<Integer, Integer>();
        tree.candidatesByNumber().forEach((number, node) -> nodes.put(number, node.id()));
        return nodes;
    }

    /// A log whose last candidate has the number of the first, as older versions could write it.
    public static List<SearchEvent> clashing(List<SearchEvent> log) {
        var ends = Runs.of(SearchEvent.Ended.class, log);
        var changed = new ArrayList<>(log);
        var last = ends.getLast();
        changed.set(
                log.lastIndexOf(last), new SearchEvent.Ended(ends.getFirst().candidate(), last.node(), last.finish()));
        if (log.getLast() instanceof SearchEvent.Finished finished)
            changed.set(
                    log.size() - 1,
                    new SearchEvent.Finished(finished.candidates() - 1, finished.policy(), finished.reward()));
        return changed;
    }
}
