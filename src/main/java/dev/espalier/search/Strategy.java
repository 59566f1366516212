package dev.espalier.search;

import java.util.Map;

/// A way to spend a budget: an immutable description with parameters. It starts a [Search].
public interface Strategy {
    /// The registered name: lower case with hyphens.
    String name();

    /// N and whatever else it has, in the names the command line uses.
    Map<String, Integer> parameters();

    /// Whether scores steer it. Where false, candidates are scored at the end if a reward model is at hand.
    boolean steeredByScores();

    Search start(SearchSetting setting);
}
