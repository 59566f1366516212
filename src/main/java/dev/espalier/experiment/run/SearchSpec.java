package dev.espalier.experiment.run;

import dev.espalier.model.Generation;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.UsedModel;
import dev.espalier.search.log.UsedModel.Role;
import java.util.List;
import java.util.stream.Stream;

/// The settings of one search.
///
/// @param policy,reward names of models in the workbench; reward "" for none
/// @param strategy      registered name; its parameters are named N, M, …
/// @param furtherModels for strategies that use several models of a role, by their names in the workbench; the hashes
///                      are ignored
public record SearchSpec(
        Problem problem,
        String policy,
        String reward,
        String strategy,
        Parameters parameters,
        Mode mode,
        Generation generation,
        Reduction reduction,
        long seed,
        List<UsedModel> furtherModels) {
    public SearchSpec {
        furtherModels = List.copyOf(furtherModels);
    }

    /// One policy, and one reward model or none.
    public SearchSpec(
            Problem problem,
            String policy,
            String reward,
            String strategy,
            Parameters parameters,
            Mode mode,
            Generation generation,
            Reduction reduction,
            long seed) {
        this(problem, policy, reward, strategy, parameters, mode, generation, reduction, seed, List.of());
    }

    public SearchSpec(
            Problem problem,
            String policy,
            String reward,
            String strategy,
            Parameters parameters,
            Generation generation,
            Reduction reduction,
            long seed) {
        this(problem, policy, reward, strategy, parameters, Mode.STANDARD, generation, reduction, seed);
    }

    /// Returns a copy with other models.
    public SearchSpec with(String otherPolicy, String otherReward) {
        return new SearchSpec(
                problem,
                otherPolicy,
                otherReward,
                strategy,
                parameters,
                mode,
                generation,
                reduction,
                seed,
                furtherModels);
    }

    /// Returns a copy with other sampling settings.
    public SearchSpec with(Generation other) {
        return new SearchSpec(
                problem, policy, reward, strategy, parameters, mode, other, reduction, seed, furtherModels);
    }

    /// Returns a copy for another problem.
    public SearchSpec of(Problem other) {
        return new SearchSpec(
                other, policy, reward, strategy, parameters, mode, generation, reduction, seed, furtherModels);
    }

    /// The same with other further models.
    public SearchSpec with(List<UsedModel> further) {
        return new SearchSpec(
                problem, policy, reward, strategy, parameters, mode, generation, reduction, seed, further);
    }

    /// The names of a role's models, the default one first.
    List<String> names(Role role) {
        var first = switch (role) {
            case POLICY -> policy;
            case REWARD -> reward;
        };
        var further =
                furtherModels.stream().filter(model -> model.role() == role).map(UsedModel::name);
        return Stream.concat(role == Role.REWARD && first.isEmpty() ? Stream.of() : Stream.of(first), further)
                .toList();
    }
}
