package dev.espalier.experiment.sweep;

import dev.espalier.model.Generation;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Reduction;
import java.util.List;

/// The settings of a sweep: strategies × budgets × problems × seeds.
///
/// @param name       its name in the list of runs
/// @param problemSet the name of the problems' set
/// @param methods    names of the curves to compute, see [Method]
/// @param budgets    values of N
/// @param beamWidth  M of the strategies that have one
public record SweepSpec(
        String name,
        String problemSet,
        List<Problem> problems,
        String policy,
        String reward,
        List<String> methods,
        List<Integer> budgets,
        int beamWidth,
        Generation generation,
        Reduction reduction,
        List<Long> seeds) {

    /// Returns a copy with other models.
    public SweepSpec with(String otherPolicy, String otherReward) {
        return new SweepSpec(
                name,
                problemSet,
                problems,
                otherPolicy,
                otherReward,
                methods,
                budgets,
                beamWidth,
                generation,
                reduction,
                seeds);
    }

    /// Returns a copy with other sampling settings.
    public SweepSpec with(Generation other) {
        return new SweepSpec(
                name, problemSet, problems, policy, reward, methods, budgets, beamWidth, other, reduction, seeds);
    }
}
