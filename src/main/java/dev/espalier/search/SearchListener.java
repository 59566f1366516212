package dev.espalier.search;

import dev.espalier.search.log.SearchEvent;

/// Receives every event, in order, on the search thread. Return quickly; do not touch JavaFX.
@FunctionalInterface
public interface SearchListener {
    /// @param number  of the event within its search, from 0
    /// @param seconds since this start or resume
    void happened(long number, SearchEvent event, double seconds);
}
