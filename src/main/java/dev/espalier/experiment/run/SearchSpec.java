package dev.espalier.experiment.run;

import dev.espalier.model.Generation;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;

/// The settings of one search.
///
/// @param policy,reward names of models in the workbench; reward "" for none
/// @param strategy      registered name; its parameters are named N, M, …
public record SearchSpec(Problem problem, String policy, String reward, String strategy, Parameters parameters, Mode mode,
                          Generation generation, Reduction reduction, long seed) {

    public SearchSpec(Problem problem, String policy, String reward, String strategy, Parameters parameters, Generation generation, Reduction reduction, long seed) {
        this(problem, policy, reward, strategy, parameters, Mode.STANDARD, generation, reduction, seed);
    }

    /// Returns a copy with other models.
    public SearchSpec with(String otherPolicy, String otherReward) {
        return new SearchSpec(problem, otherPolicy, otherReward, strategy, parameters, mode, generation, reduction, seed);
    }

    /// Returns a copy with other sampling settings.
    public SearchSpec with(Generation other) {
        return new SearchSpec(problem, policy, reward, strategy, parameters, mode, other, reduction, seed);
    }

    /// Returns a copy for another problem.
    public SearchSpec of(Problem other) {
        return new SearchSpec(other, policy, reward, strategy, parameters, mode, generation, reduction, seed);
    }
}
