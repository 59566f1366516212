package dev.espalier.search;

import dev.espalier.EspalierException;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.RewardModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The open models of a search by role, in the order of its configuration. Requests name them by their indices.
///
/// @param policies     at least one
/// @param rewardModels can be empty
public record SearchModels(List<LanguageModel> policies, List<RewardModel> rewardModels) {
    public SearchModels {
        policies = List.copyOf(policies);
        rewardModels = List.copyOf(rewardModels);
        if (policies.isEmpty()) throw new IllegalArgumentException("a search has a policy");
    }

    /// One policy, and one reward model or none.
    public static SearchModels of(LanguageModel policy, @Nullable RewardModel reward) {
        return new SearchModels(List.of(policy), reward == null ? List.of() : List.of(reward));
    }

    /// The first policy.
    public LanguageModel policy() {
        return policies.getFirst();
    }

    /// @throws EspalierException if there is no policy with the index
    public LanguageModel policy(int index) {
        return named(policies, index, "policy", "policies");
    }

    /// @throws EspalierException if there is no reward model with the index
    public RewardModel rewardModel(int index) {
        return named(rewardModels, index, "reward model", "reward models");
    }

    private static <M> M named(List<M> models, int index, String one, String several) {
        if (index >= 0 && index < models.size()) return models.get(index);
        throw new EspalierException(
                "The strategy requests %s number %d, but this search has %s. Start the search with more %s, or choose another strategy."
                        .formatted(
                                one,
                                index + 1,
                                models.isEmpty() ? "none" : models.size() == 1 ? "only one" : "only " + models.size(),
                                several));
    }

    /// The first reward model, null if there is none.
    public @Nullable RewardModel reward() {
        return rewardModels.isEmpty() ? null : rewardModels.getFirst();
    }
}
