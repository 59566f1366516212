package dev.espalier.store;

import dev.espalier.search.SearchConfig;
import java.time.Instant;

/// A run: one configuration over a problem set.
///
/// @param id         given by the store, 0 before
/// @param name       what a person calls it
/// @param sweep      the sweep that it belongs to (a label shared by its runs), "" for none
/// @param problemSet name of the problem set, "" for a typed problem
/// @param created    when it was started
/// @param version    of Espalier
/// @param device     what the models ran on, with precision
public record RunRecord(long id, String name, String sweep, String problemSet, SearchConfig config, Instant created, String version, String device) {}
