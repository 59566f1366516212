package dev.espalier.experiment;

import dev.espalier.search.log.SearchConfig;

/// What a run is called in lists where nobody gave it a name.
final class RunTitle {
    private RunTitle() {}

    static String of(SearchConfig config) {
        var parameters = config.parameters();
        return config.strategy() + " N=" + config.n() + (parameters.has("M") ? " M=" + parameters.whole("M") : "") + " seed " + config.seed();
    }
}
