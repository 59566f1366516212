package dev.espalier.search.log;

import dev.espalier.search.log.SearchTree.Fate;
import dev.espalier.search.log.SearchTree.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// The events of a search with a way to any moment of it: the tree after any number of events, steps forward and back by
/// event and by iteration, and what differs between two moments.
///
/// Trees are made from the nearest snapshot before them, so a jump costs the copy of a tree and the events since. Snapshots
/// are taken while events come; there are never more than [#MOST_SNAPSHOTS]: then every other goes and the rest stand twice
/// as far apart. Any thread may read while one adds.
public final class Timeline {
    static final int MOST_SNAPSHOTS = 16;
    private static final int FIRST_SPACING = 1024;

    private final List<SearchEvent> events = new ArrayList<>();
    /// How many events there are when an iteration has made its choice.
    private final List<Integer> choices = new ArrayList<>();
    private final TreeMap<Integer, SearchTree> snapshots = new TreeMap<>();
    private final SearchTree newest = new SearchTree();
    private int spacing = FIRST_SPACING;

    public static Timeline of(List<SearchEvent> events) {
        var timeline = new Timeline();
        events.forEach(timeline::add);
        return timeline;
    }

    public synchronized void add(SearchEvent event) {
        events.add(event);
        newest.apply(event);
        if (event instanceof SearchEvent.Selected) choices.add(events.size());
        if (events.size() % spacing == 0) snapshot();
    }

    private void snapshot() {
        snapshots.put(events.size(), newest.copy());
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
        SearchTree from;
        List<SearchEvent> since;
        synchronized (this) {
            if (moment < 0 || moment > events.size()) throw new IndexOutOfBoundsException("moment " + moment + " of " + events.size());
            if (moment == events.size()) return newest.copy();
            var nearest = snapshots.floorEntry(moment);
            from = nearest == null ? new SearchTree() : nearest.getValue();
            since = List.copyOf(events.subList(nearest == null ? 0 : nearest.getKey(), moment));
        }
        // Snapshots are never changed, so they may be copied outside the lock.
        var tree = from.copy();
        since.forEach(tree::apply);
        return tree;
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
