package dev.espalier.experiment.sweep;

import dev.espalier.model.Generation;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.strategy.Method;
import java.util.List;

/// Strategies × budgets × problems × seeds.
///
/// @param name       what it is called in the list of runs
/// @param problemSet the name of the set that the problems are from
/// @param methods    what curves are wanted, by name, see [Method]
/// @param budgets    values of N
/// @param beamWidth  M of the strategies that have one
public record SweepSpec(String name, String problemSet, List<Problem> problems, String policy, String reward, List<String> methods, List<Integer> budgets,
                         int beamWidth, Generation generation, Reduction reduction, List<Long> seeds) {

    /// The same with other models.
    public SweepSpec with(String otherPolicy, String otherReward) {
        return new SweepSpec(name, problemSet, problems, otherPolicy, otherReward, methods, budgets, beamWidth, generation, reduction, seeds);
    }

    /// The same with other sampling.
    public SweepSpec with(Generation other) {
        return new SweepSpec(name, problemSet, problems, policy, reward, methods, budgets, beamWidth, other, reduction, seeds);
    }
}
