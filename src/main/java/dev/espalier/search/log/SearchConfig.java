package dev.espalier.search.log;

import dev.espalier.model.Generation;
import dev.espalier.model.Sampling;

/// All that a search's logical log depends on, apart from the problem.
///
/// @param strategy   registered name, for example "beam-search" (see [Strategies])
/// @param parameters the strategy's parameters, for example N=16, M=4
/// @param sampling   how the policy draws what it writes
/// @param reduction  scores of a path to the number it is ranked by
/// @param policy     name and hash
/// @param reward     name and hash, "" for none
public record SearchConfig(String strategy, Parameters parameters, Mode mode, Sampling sampling, Reduction reduction, long seed,
                           String policy, String policySha256, String reward, String rewardSha256) {
    public SearchConfig(String strategy, Parameters parameters, Sampling sampling, Reduction reduction, long seed,
                        String policy, String policySha256, String reward, String rewardSha256) {
        this(strategy, parameters, Mode.STANDARD, sampling, reduction, seed, policy, policySha256, reward, rewardSha256);
    }

    /// How text is sampled.
    ///
    /// @throws dev.espalier.EspalierException where the policy writes no text
    public Generation generation() {
        return sampling.text();
    }

    public int n() {
        return parameters.has("N") ? parameters.whole("N") : 1;
    }
}
