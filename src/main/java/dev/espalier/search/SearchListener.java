package dev.espalier.search;

import dev.espalier.search.log.SearchEvent;

/// Is told every event of a search, in order, on the search's own thread. Must be quick and must not touch the window.
@FunctionalInterface
public interface SearchListener {
    /// @param number  of the event within its search, from 0
    /// @param seconds since the search was started or resumed
    void happened(long number, SearchEvent event, double seconds);
}
