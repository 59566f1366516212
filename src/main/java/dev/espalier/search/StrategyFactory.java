package dev.espalier.search;

import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;

/// Creates a strategy from its name.
@FunctionalInterface
public interface StrategyFactory {
    /// @throws dev.espalier.EspalierException if the mode has no strategy with that name, or a parameter is unknown
    ///     or out of range
    Strategy of(String name, Parameters parameters, Mode mode);
}
