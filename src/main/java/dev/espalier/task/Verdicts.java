package dev.espalier.task;

import dev.espalier.problem.Problem;
import org.jspecify.annotations.Nullable;

/// Looks up the verdict of an answer.
@FunctionalInterface
public interface Verdicts {
    /// Knows no verdicts.
    Verdicts NONE = (_, _, _) -> null;

    /// Grades on the calling thread and waits for the result. Do not use it on the JavaFX thread.
    Verdicts NOW = (problem, task, answer) -> task.gradable(problem) ? task.grade(problem, answer).join() : null;

    /// @return null if the problem cannot be graded or the answer is not graded yet
    @Nullable Verdict of(Problem problem, Task task, String answer);
}
