package dev.espalier.store;

import dev.espalier.search.log.SearchEvent;

/// An event of a log with its number and time.
///
/// @param number  from 0, without gaps
/// @param seconds of work on the search when the event happened, over all sessions; not part of the logical log
public record StoredEvent(long number, SearchEvent event, double seconds) {}
