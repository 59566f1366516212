package dev.espalier.search;

import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;

/// Receives every event of a search, in order, on the search's own thread. Return quickly; do not touch the window.
@FunctionalInterface
public interface SearchListener {
    /// @param number  of the event within its search, from 0
    /// @param tree    of the search, as the event has made it. It belongs to the search's thread: read what you need before you return, and read it
    ///                elsewhere only when the search is over
    /// @param seconds since the search was started or resumed
    void happened(long number, SearchEvent event, SearchTree tree, double seconds);
}
