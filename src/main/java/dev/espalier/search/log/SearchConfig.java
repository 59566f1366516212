package dev.espalier.search.log;

import dev.espalier.model.Generation;
import dev.espalier.model.Sampling;
import dev.espalier.search.log.UsedModel.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Everything that a search's logical log depends on, apart from the problem.
///
/// @param strategy   registered name, for example "beam-search"
/// @param parameters the strategy's parameters, for example N=16, M=4
/// @param sampling   how the policies sample
/// @param reduction  how a path's step scores become one number
/// @param models     by role; of several with one role the first is the default of requests that name none
public record SearchConfig(
        String strategy,
        Parameters parameters,
        Mode mode,
        Sampling sampling,
        Reduction reduction,
        long seed,
        List<UsedModel> models) {
    public SearchConfig {
        models = List.copyOf(models);
    }

    /// One policy, and one reward model or none.
    ///
    /// @param policy,reward full names, "" for none
    public SearchConfig(
            String strategy,
            Parameters parameters,
            Mode mode,
            Sampling sampling,
            Reduction reduction,
            long seed,
            String policy,
            String policySha256,
            String reward,
            String rewardSha256) {
        this(strategy, parameters, mode, sampling, reduction, seed, models(policy, policySha256, reward, rewardSha256));
    }

    public SearchConfig(
            String strategy,
            Parameters parameters,
            Sampling sampling,
            Reduction reduction,
            long seed,
            String policy,
            String policySha256,
            String reward,
            String rewardSha256) {
        this(
                strategy,
                parameters,
                Mode.STANDARD,
                sampling,
                reduction,
                seed,
                policy,
                policySha256,
                reward,
                rewardSha256);
    }

    private static List<UsedModel> models(String policy, String policySha256, String reward, String rewardSha256) {
        var models = new ArrayList<UsedModel>();
        if (!policy.isEmpty()) models.add(new UsedModel(Role.POLICY, policy, policySha256));
        if (!reward.isEmpty()) models.add(new UsedModel(Role.REWARD, reward, rewardSha256));
        return models;
    }

    /// The models of a role, the default one first.
    public List<UsedModel> models(Role role) {
        return models.stream().filter(model -> model.role() == role).toList();
    }

    /// All models but the first of each role.
    public List<UsedModel> furtherModels() {
        return Arrays.stream(Role.values())
                .flatMap(role -> models(role).stream().skip(1))
                .toList();
    }

    /// The first policy's name, "" for none.
    public String policy() {
        return models(Role.POLICY).stream().findFirst().map(UsedModel::name).orElse("");
    }

    public String policySha256() {
        return models(Role.POLICY).stream().findFirst().map(UsedModel::sha256).orElse("");
    }

    /// The first reward model's name, "" for none.
    public String reward() {
        return models(Role.REWARD).stream().findFirst().map(UsedModel::name).orElse("");
    }

    public String rewardSha256() {
        return models(Role.REWARD).stream().findFirst().map(UsedModel::sha256).orElse("");
    }

    /// How text is sampled.
    ///
    /// @throws dev.espalier.EspalierException if the policy writes no text
    public Generation generation() {
        return sampling.text();
    }

    /// The budget N; 1 if the strategy has none.
    public int n() {
        return parameters.has("N") ? parameters.whole("N") : 1;
    }
}
