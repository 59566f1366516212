package dev.espalier.search;

import dev.espalier.search.log.Parameters;

/// A way to spend a budget: an immutable description with parameters. It starts a [StrategyRun].
public interface Strategy {
    /// The registered name: lower case with hyphens.
    String name();

    /// N and whatever else it has, in the names the command line uses; all of them, standard values too.
    Parameters parameters();

    /// Whether scores steer it. Where false, candidates are scored at the end if a reward model is at hand.
    boolean steeredByScores();

    StrategyRun start();

    /// Whether it goes step by step; else paths are run to their ends.
    default boolean stepwise() {
        return true;
    }

    /// Whether a search of this strategy can go on with these parameters in its middle.
    default boolean acceptsChange(Strategy changed) {
        return false;
    }
}
