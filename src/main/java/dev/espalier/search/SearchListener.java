package dev.espalier.search;

import dev.espalier.search.log.SearchEvent;

/// Receives every event, in order, on the search thread. Return quickly; do not touch JavaFX.
@FunctionalInterface
public interface SearchListener {
    /// @param number  number of the event in its search, from 0
    /// @param seconds time since the search was started or resumed
    void happened(long number, SearchEvent event, double seconds);
}
