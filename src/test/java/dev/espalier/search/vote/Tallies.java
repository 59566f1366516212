package dev.espalier.search.vote;

import dev.espalier.problem.Problem;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Reduction;
import dev.espalier.task.Task;
import dev.espalier.task.Tasks;
import dev.espalier.task.Verdicts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tallies of mathematics problems, graded immediately.
public final class Tallies {
    private Tallies() {}

    public static Tally of(List<Candidate> candidates, Reduction reduction, @Nullable String gold) {
        return of(candidates, reduction, gold, Tasks.MATHEMATICS);
    }

    public static Tally of(List<Candidate> candidates, Reduction reduction, @Nullable String gold, Task task) {
        return Tally.of(candidates, reduction, Problem.typed("?", gold), task, Verdicts.NOW);
    }
}
