package dev.espalier.task;

import dev.espalier.problem.Problem;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Looks up the verdict of an answer.
@FunctionalInterface
public interface Verdicts {
    /// Knows no verdicts.
    Verdicts NONE = (_, _, _) -> null;

    /// Grades on the calling thread and waits for the result. Do not use it on the JavaFX thread.
    Verdicts NOW = (problem, task, answer) ->
            task.gradable(problem) ? task.grade(problem, answer).join() : null;

    /// Remembers verdicts, for one problem and task: asks once for each answer, again only for answers that are not
    /// graded yet.
    static Verdicts remembering(Verdicts source) {
        var known = new ConcurrentHashMap<String, Verdict>();
        return (problem, task, answer) -> known.computeIfAbsent(answer, _ -> source.of(problem, task, answer));
    }

    /// @return null if the problem cannot be graded or the answer is not graded yet
    @Nullable
    Verdict of(Problem problem, Task task, String answer);
}
