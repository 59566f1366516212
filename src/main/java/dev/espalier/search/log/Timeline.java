package dev.espalier.search.log;

import dev.espalier.search.log.SearchTree.Fate;
import dev.espalier.search.log.SearchTree.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The events of a search with a way to any moment of it: the tree after any number of events, steps forward and back by
/// event and by iteration, and what differs between two moments.
///
/// Each event is folded once, when somebody first asks for a moment at or behind it, on the asking thread: adding costs the window's thread
/// nothing, and following a live search folds only what is new. An earlier moment is made from the nearest snapshot before it, so a jump costs the
/// copy of a tree and the events since. Snapshots are taken while events are folded; there are never more than [#MOST_SNAPSHOTS]: then every
/// other goes and the rest stand twice as far apart. Any thread may read while one adds.
public final class Timeline {
    static final int MOST_SNAPSHOTS = 16;
    private static final int FIRST_SPACING = 1024;

    private final List<SearchEvent> events = new ArrayList<>();
    /// How many events there are when an iteration has made its choice.
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

    /// The events from one moment to another.
    public synchronized List<SearchEvent> events(int from, int to) {
        return List.copyOf(events.subList(from, to));
    }

    /// The tree after the first `moment` events, the caller's own.
    public SearchTree at(int moment) {
        if (moment < 0 || moment > size()) throw new IndexOutOfBoundsException("moment " + moment + " of " + size());
        Map.@Nullable Entry<Integer, SearchTree> nearest;
        synchronized (folding) {
            foldUpTo(moment);
            if (newest.events() == moment) return newest.copy();
            nearest = snapshots.floorEntry(moment);
        }
        // Snapshots are never changed, so they may be copied outside the lock.
        var tree = nearest == null ? new SearchTree() : nearest.getValue().copy();
        for (var event : events(tree.events(), moment)) {
            tree.apply(event);
            folded.increment();
        }
        return tree;
    }

    /// How many events were folded so far, those for earlier moments included: for tests.
    int folded() {
        return folded.intValue();
    }

    /// The moment at which the next iteration has made its choice, the end where there is none.
    public synchronized int nextIteration(int moment) {
        return choices.stream().filter(at -> at > moment).findFirst().orElse(events.size());
    }

    /// The moment at which the iteration before had made its choice, the start where there is none.
    public synchronized int previousIteration(int moment) {
        return choices.reversed().stream().filter(at -> at < moment).findFirst().orElse(0);
    }

    /// What differs between two moments, by node number.
    ///
    /// @param appeared nodes that the later has and the earlier has not
    /// @param kept     nodes of both that are kept only in the later
    /// @param pruned   likewise
    /// @param ended    likewise
    /// @param rescored nodes of both whose score is another
    public record Difference(List<Integer> appeared, List<Integer> kept, List<Integer> pruned, List<Integer> ended, List<Integer> rescored) {
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

    /// What happened from one moment to a later one.
    public Difference difference(int earlier, int later) {
        return difference(at(Math.min(earlier, later)), at(Math.max(earlier, later)));
    }

    /// @param before of the same search as `after`, at an earlier moment
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
        return new Difference(appeared, byFate.get(Fate.KEPT.ordinal()), byFate.get(Fate.PRUNED.ordinal()), byFate.get(Fate.ENDED.ordinal()), rescored);
    }
}
