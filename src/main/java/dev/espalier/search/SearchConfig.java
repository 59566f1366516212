package dev.espalier.search;

import java.util.Map;

/// All that a search's logical log depends on, apart from the problem.
///
/// @param strategy   registered name, for example "beam-search" (see [Strategies])
/// @param parameters the strategy's parameters, for example N=16, M=4
/// @param reduction  scores of a path to the number it is ranked by
/// @param policy     name and hash
/// @param reward     name and hash, "" for none
public record SearchConfig(String strategy, Map<String, Integer> parameters, Generation generation, Reduction reduction, long seed,
                           String policy, String policySha256, String reward, String rewardSha256) {
    public SearchConfig {
        parameters = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(parameters));
    }

    public int n() {
        return parameters.getOrDefault("N", 1);
    }
}
