package dev.espalier.store;

import dev.espalier.problem.Problem;
import dev.espalier.search.Cost;

/// One search within a run.
///
/// @param failure "" where nothing went wrong
public record SearchSummary(long id, long run, Problem problem, SearchStatus status, long events, int candidates, Cost policy, Cost reward,
                            double seconds, String failure) {}
