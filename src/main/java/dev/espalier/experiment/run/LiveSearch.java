package dev.espalier.experiment.run;

import dev.espalier.search.SearchControl;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A search that is running. Events wait in a queue until they are drained (once a frame, by whoever shows them).
public final class LiveSearch {
    private final SearchSpec order;
    private final SearchControl control = new SearchControl();
    private final ConcurrentLinkedQueue<SearchEvent> events = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Outcome> done = new CompletableFuture<>();
    private volatile long id;
    private volatile long run;
    private volatile SearchTree tree = new SearchTree();

    public LiveSearch(SearchSpec order) {
        this.order = order;
    }

    public SearchSpec order() { return order; }

    /// Run, pause, step, cancel.
    public SearchControl control() { return control; }

    /// Completes (never exceptionally) when the search is over; all its events are in the queue then.
    public CompletableFuture<Outcome> done() { return done; }

    /// The stored search's id, 0 until it is stored.
    public long id() { return id; }

    public void id(long stored) { id = stored; }

    /// The stored run's id, 0 until it is stored.
    public long run() { return run; }

    public void run(long stored) { run = stored; }

    /// Called on the search's thread.
    ///
    /// @param made the tree that the event made
    public void happened(SearchEvent event, SearchTree made) {
        tree = made;
        events.add(event);
    }

    /// What became of the search. Belongs to the search's thread until [#done] is complete, and is not changed from then on.
    public SearchTree tree() { return tree; }

    /// What has happened since the last call, in order.
    public List<SearchEvent> drain() {
        var drained = new ArrayList<SearchEvent>();
        for (SearchEvent event = events.poll(); event != null; event = events.poll()) drained.add(event);
        return drained;
    }
}
