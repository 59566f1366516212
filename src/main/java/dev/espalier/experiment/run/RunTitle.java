package dev.espalier.experiment.run;

import dev.espalier.search.log.SearchConfig;

/// What a run is called in lists where nobody gave it a name.
public final class RunTitle {
    private RunTitle() {}

    public static String of(SearchConfig config) {
        var parameters = config.parameters();
        return config.strategy() + " N=" + config.n() + (parameters.has("M") ? " M=" + parameters.whole("M") : "") + " seed " + config.seed();
    }
}
