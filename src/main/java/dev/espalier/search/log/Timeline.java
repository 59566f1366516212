package dev.espalier.search.log;

import dev.espalier.search.log.SearchTree.Fate;
import dev.espalier.search.log.SearchTree.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The events of a search, with access to each moment: the tree after any number of events, the previous and next
/// iteration, and the difference between two moments. A moment is a number of events.
///
/// Each event is folded once, on the first thread that asks for a moment at or after it: [#add] costs nothing, and
/// following a live search folds new events only. An earlier moment is built from the nearest snapshot before it, so a
/// jump costs the copy of a tree and the events since. Folding takes snapshots at a fixed spacing; when there are more
/// than [#MOST_SNAPSHOTS] it drops every second one and doubles the spacing. Any thread can read while one thread adds.
public final class Timeline {
    static final int MOST_SNAPSHOTS = 16;
    private static final int FIRST_SPACING = 1024;

    private final List<SearchEvent> events = new ArrayList<>();
    /// The moments right after each selection.
    private final List<Integer> choices = new ArrayList<>();
    /// Guards the trees. Never taken by [#add], which must not wait for a fold.
    private final Object folding = new Object();
    private final TreeMap<Integer, SearchTree> snapshots = new TreeMap<>();
    private final SearchTree newest = new SearchTree();
    private final LongAdder folded = new LongAdder();
    private int spacing = FIRST_SPACING;

    public static Timeline of(List<SearchEvent> events) {
        var timeline = new Timeline();
        events.forEach(timeline::add);
        return timeline;
    }

    public synchronized void add(SearchEvent event) {
        events.add(event);
        if (event instanceof SearchEvent.Selected) choices.add(events.size());
    }

    /// Only with [#folding].
    private void foldUpTo(int moment) {
        for (var event : events(Math.min(newest.events(), moment), moment)) {
            newest.apply(event);
            folded.increment();
            if (newest.events() % spacing == 0) snapshot();
        }
    }

    private void snapshot() {
        snapshots.put(newest.events(), newest.copy());
        if (snapshots.size() <= MOST_SNAPSHOTS) return;
        spacing *= 2;
        snapshots.keySet().removeIf(at -> at % spacing != 0);
    }

    public synchronized int size() {
        return events.size();
    }

    /// The events between two moments.
    public synchronized List<SearchEvent> events(int from, int to) {
        return List.copyOf(events.subList(from, to));
    }

    /// A new tree after the first `moment` events; the caller owns it.
    public SearchTree at(int moment) {
        if (moment < 0 || moment > size()) throw new IndexOutOfBoundsException("moment " + moment + " of " + size());
        Map.@Nullable Entry<Integer, SearchTree> nearest;
        synchronized (folding) {
            foldUpTo(moment);
            if (newest.events() == moment) return newest.copy();
            nearest = snapshots.floorEntry(moment);
        }
        // Snapshots never change, so they can be copied outside the lock.
        var tree = nearest == null ? new SearchTree() : nearest.getValue().copy();
        for (var event : events(tree.events(), moment)) {
            tree.apply(event);
            folded.increment();
        }
        return tree;
    }

    /// The number of events folded so far, those for earlier moments included; for tests.
    int folded() {
        return folded.intValue();
    }

    /// The moment right after the next selection, the end if there is none.
    public synchronized int nextIteration(int moment) {
        return choices.stream().filter(at -> at > moment).findFirst().orElse(events.size());
    }

    /// The moment right after the previous selection, the start if there is none.
    public synchronized int previousIteration(int moment) {
        return choices.reversed().stream().filter(at -> at < moment).findFirst().orElse(0);
    }

    /// The moment right after the last event up to a moment that pruned the node, -1 if none did.
    public int pruned(int node, int upTo) {
        var seen = events(0, upTo);
        for (int i = seen.size() - 1; i >= 0; i--) {
            boolean prunes = switch (seen.get(i)) {
                case SearchEvent.Selected selected ->
                    selected.pruned().stream().anyMatch(choice -> choice.node() == node);
                case SearchEvent.Intervened(Intervention.Prune prune) -> prune.node() == node;
                case SearchEvent.Intervened(Intervention.Edit edit) -> edit.node() == node;
                default -> false;
            };
            if (prunes) return i + 1;
        }
        return -1;
    }

    /// The node ids that differ between two moments.
    ///
    /// @param appeared nodes that exist only at the later moment
    /// @param kept     existing nodes that became [Fate#KEPT]
    /// @param pruned   existing nodes that became [Fate#PRUNED]
    /// @param ended    existing nodes that became [Fate#ENDED]
    /// @param rescored existing nodes whose score changed
    public record Difference(
            List<Integer> appeared,
            List<Integer> kept,
            List<Integer> pruned,
            List<Integer> ended,
            List<Integer> rescored) {
        public Difference {
            appeared = List.copyOf(appeared);
            kept = List.copyOf(kept);
            pruned = List.copyOf(pruned);
            ended = List.copyOf(ended);
            rescored = List.copyOf(rescored);
        }

        public boolean isEmpty() {
            return appeared.isEmpty() && kept.isEmpty() && pruned.isEmpty() && ended.isEmpty() && rescored.isEmpty();
        }
    }

    /// The difference between two moments, in either order.
    public Difference difference(int earlier, int later) {
        return difference(at(Math.min(earlier, later)), at(Math.max(earlier, later)));
    }

    /// @param before the tree of the same search at an earlier moment than `after`
    public static Difference difference(SearchTree before, SearchTree after) {
        var appeared = new ArrayList<Integer>();
        var byFate = new ArrayList<List<Integer>>();
        for (var _ : Fate.values()) byFate.add(new ArrayList<>());
        var rescored = new ArrayList<Integer>();
        for (var node : after.nodes()) {
            Node old = node.id() < before.nodes().size() ? before.node(node.id()) : null;
            if (old == null) {
                appeared.add(node.id());
            } else {
                if (old.fate() != node.fate()) byFate.get(node.fate().ordinal()).add(node.id());
                if (Double.compare(old.score(), node.score()) != 0) rescored.add(node.id());
            }
        }
        return new Difference(
                appeared,
                byFate.get(Fate.KEPT.ordinal()),
                byFate.get(Fate.PRUNED.ordinal()),
                byFate.get(Fate.ENDED.ordinal()),
                rescored);
    }
}
