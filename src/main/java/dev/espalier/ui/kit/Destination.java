package dev.espalier.ui.kit;

import java.util.List;

/// Where a person can go from any view. The window asks each perspective whether it can open it.
public sealed interface Destination {

    /// The place where a search is started.
    record NewSearch() implements Destination {}

    record StoredSearch(long id) implements Destination {}

    /// A stored search that did not finish: it is run to its end.
    record ResumedSearch(long id) implements Destination {}

    record StoredRuns() implements Destination {}

    /// Accuracy curves of stored runs.
    record Curves(List<Long> runs, String title) implements Destination {
        public Curves {
            runs = List.copyOf(runs);
        }
    }
}
