package dev.espalier.search;

import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;

/// Makes a strategy by its name.
@FunctionalInterface
public interface StrategyFactory {
    /// @throws dev.espalier.EspalierException where there is no strategy of that name in the mode, or the parameters do not fit it
    Strategy of(String name, Parameters parameters, Mode mode);
}
