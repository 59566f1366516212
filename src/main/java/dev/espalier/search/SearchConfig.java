package dev.espalier.search;

/// All that a search's logical log depends on, apart from the problem.
///
/// @param strategy   registered name, for example "beam-search" (see [Strategies])
/// @param parameters the strategy's parameters, for example N=16, M=4
/// @param reduction  scores of a path to the number it is ranked by
/// @param policy     name and hash
/// @param reward     name and hash, "" for none
public record SearchConfig(String strategy, Parameters parameters, Mode mode, Generation generation, Reduction reduction, long seed,
                           String policy, String policySha256, String reward, String rewardSha256) {
    public SearchConfig(String strategy, Parameters parameters, Generation generation, Reduction reduction, long seed,
                        String policy, String policySha256, String reward, String rewardSha256) {
        this(strategy, parameters, Mode.STANDARD, generation, reduction, seed, policy, policySha256, reward, rewardSha256);
    }

    public int n() {
        return parameters.has("N") ? parameters.whole("N") : 1;
    }
}
