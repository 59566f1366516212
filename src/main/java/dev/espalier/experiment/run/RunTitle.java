package dev.espalier.experiment.run;

import dev.espalier.search.log.SearchConfig;

/// A run's title in lists if it has no name.
public final class RunTitle {
    private RunTitle() {}

    public static String of(SearchConfig config) {
        var parameters = config.parameters();
        return config.strategy() + " N=" + config.n() + (parameters.has("M") ? " M=" + parameters.whole("M") : "")
                + " seed " + config.seed();
    }
}
