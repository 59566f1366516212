package dev.espalier.store;

import dev.espalier.search.log.SearchEvent;

/// An event of a log with its number and its time.
///
/// @param number  from 0, without gaps
/// @param seconds that the search had been worked on when it happened, all sittings together; not part of the logical log
public record StoredEvent(long number, SearchEvent event, double seconds) {}
