package dev.espalier.task;

import dev.espalier.EspalierException;
import dev.espalier.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/// The registry of tasks. Register a task with a line here, or in a file `META-INF/services/dev.espalier.task.Task` on
/// the class path.
public final class Tasks {
    public static final Task MATHEMATICS = new MathematicsTask();
    /// The task that parity mode uses, whatever task a problem names.
    public static final Task PARITY = new ParityTask();

    private static final List<Task> ALL = all();

    private Tasks() {}

    private static List<Task> all() {
        var all = new ArrayList<>(List.of(MATHEMATICS, new ChoiceTask(), new TextTask(), new NumberTask(), PARITY));
        for (var further : ServiceLoader.load(Task.class)) all.add(further);
        return List.copyOf(all);
    }

    /// All tasks, mathematics first.
    public static List<Task> list() {
        return ALL;
    }

    public static List<String> names() {
        return ALL.stream().map(Task::name).toList();
    }

    /// @throws EspalierException if there is no such task; the message lists all
    public static Task named(String name) {
        for (var task : ALL) if (task.name().equals(name)) return task;
        throw new EspalierException(
                "There is no task called \"%s\". There are: %s.".formatted(name, String.join(", ", names())));
    }

    /// Returns the task that a problem names; if it names none, the first that recognises it, else mathematics.
    ///
    /// @throws EspalierException if the named task does not exist
    public static Task of(Problem problem) {
        if (!problem.task().isEmpty()) return named(problem.task());
        for (var task : ALL) if (task.recognises(problem)) return task;
        return MATHEMATICS;
    }

    /// The system prompt for problems that are solved with one setting: that of their task; "" if they are of tasks
    /// with different prompts.
    public static String systemPrompt(List<Problem> problems) {
        var prompts = problems.stream()
                .map(problem -> of(problem).systemPrompt())
                .distinct()
                .limit(2)
                .toList();
        return prompts.size() == 1 ? prompts.getFirst() : "";
    }

    /// One sentence on the problems whose file names no task, if any of these was recognised as something else than
    /// mathematics.
    public static Optional<String> guessed(List<Problem> problems) {
        var guesses = new LinkedHashMap<String, Integer>();
        for (var problem : problems)
            if (problem.task().isEmpty()) guesses.merge(of(problem).label(), 1, Integer::sum);
        if (guesses.keySet().stream().allMatch(MATHEMATICS.label()::equals)) return Optional.empty();
        var parts = guesses.entrySet().stream()
                .map(guess -> guess.getValue() + " as " + guess.getKey())
                .toList();
        return Optional.of(
                "The file names no task for %d of %d problems; recognised: %s. To decide it yourself, add \"espalier_task\" to their lines."
                        .formatted(
                                guesses.values().stream()
                                        .mapToInt(Integer::intValue)
                                        .sum(),
                                problems.size(),
                                String.join(", ", parts)));
    }
}
