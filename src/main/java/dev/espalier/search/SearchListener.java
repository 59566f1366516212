package dev.espalier.search;

import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;

/// Receives every event, in order, on the search thread. Return quickly; do not touch JavaFX.
@FunctionalInterface
public interface SearchListener {
    /// @param number  of the event within its search, from 0
    /// @param tree    the search's tree after the event. It belongs to the search thread: read what you need before
    ///                you return; other threads may read it only after the search is over
    /// @param seconds since this start or resume
    void happened(long number, SearchEvent event, SearchTree tree, double seconds);
}
