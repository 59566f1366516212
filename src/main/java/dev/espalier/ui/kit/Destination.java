package dev.espalier.ui.kit;

import java.util.List;

/// A place to which any view can navigate. The window opens it in the first perspective that accepts it.
public sealed interface Destination {

    /// The form that starts a search.
    record NewSearch() implements Destination {}

    record StoredSearch(long id) implements Destination {}

    /// An unfinished stored search, to resume.
    record ResumedSearch(long id) implements Destination {}

    record StoredRuns() implements Destination {}

    /// Accuracy curves of stored runs.
    record Curves(List<Long> runs, String title) implements Destination {
        public Curves {
            runs = List.copyOf(runs);
        }
    }
}
