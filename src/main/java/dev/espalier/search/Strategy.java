package dev.espalier.search;

import dev.espalier.search.log.Parameters;

/// A search strategy with its parameters. Immutable; [#start] creates the [StrategyRun] of one search.
public interface Strategy {
    /// The registered name: lower case with hyphens.
    String name();

    /// All parameters by their command-line names, default values included.
    Parameters parameters();

    /// Whether scores steer the search. If false, candidates are scored at the end, if there is a reward model.
    boolean steeredByScores();

    StrategyRun start();

    /// Whether the strategy samples step by step. If false, each sample is a whole solution.
    default boolean stepwise() {
        return true;
    }

    /// Whether a running search can continue with these parameters.
    default boolean acceptsChange(Strategy changed) {
        return false;
    }
}
