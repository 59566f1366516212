package dev.espalier.experiment.run;

import dev.espalier.search.log.SearchEvent;
import dev.espalier.store.RunRecord;
import dev.espalier.store.SearchSummary;
import java.util.List;

/// A search read from the store.
public record StoredSearch(RunRecord run, SearchSummary summary, List<SearchEvent> events) {}
