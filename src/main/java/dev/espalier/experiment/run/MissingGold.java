package dev.espalier.experiment.run;

import dev.espalier.analysis.Pool;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Mode;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;

/// Counts the problems that no accuracy and no coverage includes because they have no gold answer.
///
/// @param missing  problems without a gold answer
/// @param problems all problems
public record MissingGold(int missing, int problems) {

    public static MissingGold of(Collection<Problem> problems, Mode mode) {
        return new MissingGold(
                (int) problems.stream()
                        .filter(problem -> !mode.task(problem).gradable(problem))
                        .count(),
                problems.size());
    }

    /// Counts a problem once, however many searches it has.
    public static MissingGold of(Collection<? extends Collection<Pool>> pools) {
        var all = new HashSet<String>();
        var graded = new HashSet<String>();
        for (var ofRun : pools) {
            for (var pool : ofRun) {
                all.add(pool.problem());
                if (pool.graded()) graded.add(pool.problem());
            }
        }
        return new MissingGold(all.size() - graded.size(), all.size());
    }

    /// Says how many problems are left out; empty for none.
    public Optional<String> sentence() {
        if (missing == 0) return Optional.empty();
        if (problems == 1)
            return Optional.of("The problem has no gold answer; it does not count in accuracy and coverage.");
        return Optional.of(
                missing == 1
                        ? "1 of %,d problems has no gold answer; it does not count in accuracy and coverage."
                                .formatted(problems)
                        : "%,d of %,d problems have no gold answer; they do not count in accuracy and coverage."
                                .formatted(missing, problems));
    }
}
