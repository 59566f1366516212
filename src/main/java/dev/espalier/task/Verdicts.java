package dev.espalier.task;

import dev.espalier.problem.Problem;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What is known of answers.
@FunctionalInterface
public interface Verdicts {
    /// Nothing is.
    Verdicts NONE = (_, _, _) -> null;

    /// Grades on the calling thread and waits for the grader: not for the window's thread.
    Verdicts NOW = (problem, task, answer) -> task.gradable(problem) ? task.grade(problem, answer).join() : null;

    /// For one problem and task: asks for each answer once, except for answers that are not graded yet.
    static Verdicts remembering(Verdicts asked) {
        var known = new ConcurrentHashMap<String, Verdict>();
        return (problem, task, answer) -> known.computeIfAbsent(answer, _ -> asked.of(problem, task, answer));
    }

    /// @return null where there is nothing to grade by, or the answer is not graded yet
    @Nullable Verdict of(Problem problem, Task task, String answer);
}
