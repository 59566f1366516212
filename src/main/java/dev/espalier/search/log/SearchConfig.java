package dev.espalier.search.log;

import dev.espalier.model.Generation;
import dev.espalier.model.Sampling;

/// The configuration of a search. Together with the problem it determines the logical log.
///
/// @param strategy   registered name, for example "beam-search" (see [Strategies])
/// @param parameters the strategy's parameters, for example N=16, M=4
/// @param reduction  reduces the scores of a path to the number by which it is ranked
/// @param policy     name of the policy model
/// @param reward     name of the reward model, "" for none
public record SearchConfig(String strategy, Parameters parameters, Mode mode, Sampling sampling, Reduction reduction, long seed,
                           String policy, String policySha256, String reward, String rewardSha256) {
    public SearchConfig(String strategy, Parameters parameters, Sampling sampling, Reduction reduction, long seed,
                        String policy, String policySha256, String reward, String rewardSha256) {
        this(strategy, parameters, Mode.STANDARD, sampling, reduction, seed, policy, policySha256, reward, rewardSha256);
    }

    /// The sampling settings for text.
    ///
    /// @throws dev.espalier.EspalierException if the settings are for another modality
    public Generation generation() {
        return sampling.text();
    }

    /// The budget N; 1 if the strategy has none.
    public int n() {
        return parameters.has("N") ? parameters.whole("N") : 1;
    }
}
