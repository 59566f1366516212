package dev.espalier.experiment.run;

import dev.espalier.search.SearchControl;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A running search. Events wait in a queue until [#drain], which a view calls once per frame. A caller that needs only
/// the tree calls [#dropEvents]: otherwise the queue holds every event of the search.
public final class LiveSearch {
    private final SearchSpec order;
    private final SearchControl control = new SearchControl();
    private final ConcurrentLinkedQueue<SearchEvent> events = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Outcome> done = new CompletableFuture<>();
    private volatile long id;
    private volatile long run;
    private volatile SearchTree tree = new SearchTree();
    private volatile boolean dropsEvents;

    public LiveSearch(SearchSpec order) {
        this.order = order;
    }

    public SearchSpec order() {
        return order;
    }

    /// Runs, pauses, steps or cancels the search.
    public SearchControl control() {
        return control;
    }

    /// Completes (never exceptionally) when the search is over and all its events are in the queue.
    public CompletableFuture<Outcome> done() {
        return done;
    }

    /// The stored search's id, 0 until it is stored.
    public long id() {
        return id;
    }

    public void id(long stored) {
        id = stored;
    }

    /// The stored run's id, 0 until it is stored.
    public long run() {
        return run;
    }

    public void run(long stored) {
        run = stored;
    }

    /// Queues an event. Call it on the search's thread.
    ///
    /// @param made the tree after the event
    public void happened(SearchEvent event, SearchTree made) {
        tree = made;
        if (!dropsEvents) events.add(event);
    }

    /// Drops the queued and all further events: nobody reads them.
    public void dropEvents() {
        dropsEvents = true;
        events.clear();
    }

    /// The search's tree. Only the search's thread may use it until [#done] completes; it does not change after
    /// that.
    public SearchTree tree() {
        return tree;
    }

    /// The events since the last call, in order.
    public List<SearchEvent> drain() {
        var drained = new ArrayList<SearchEvent>();
        for (SearchEvent event = events.poll(); event != null; event = events.poll()) drained.add(event);
        return drained;
    }
}
