package dev.espalier.task;

import dev.espalier.EspalierException;
import dev.espalier.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/// Every kind of problem. A further one is a line here, or a line in a `META-INF/services/dev.espalier.task.Task` of its own on the class path.
public final class Tasks {
    public static final Task MATHEMATICS = new MathematicsTask();
    /// The kind that parity mode grades by, whatever the problem's own.
    public static final Task PARITY = new ParityTask();

    private static final List<Task> ALL = all();

    private Tasks() {}

    private static List<Task> all() {
        var all = new ArrayList<>(List.of(MATHEMATICS, new ChoiceTask(), new TextTask(), new NumberTask(), PARITY));
        for (var further : ServiceLoader.load(Task.class)) all.add(further);
        return List.copyOf(all);
    }

    /// Mathematics first.
    public static List<Task> list() {
        return ALL;
    }

    public static List<String> names() {
        return ALL.stream().map(Task::name).toList();
    }

    /// @throws EspalierException where there is none, with those that there are
    public static Task named(String name) {
        for (var task : ALL) if (task.name().equals(name)) return task;
        throw new EspalierException("There is no kind of problem called \"%s\". There are: %s.".formatted(name, String.join(", ", names())));
    }

    /// The kind that a problem names; where it names none, the first that recognises it, else mathematics.
    ///
    /// @throws EspalierException where it names one that is not there
    public static Task of(Problem problem) {
        if (!problem.task().isEmpty()) return named(problem.task());
        for (var task : ALL) if (task.recognises(problem)) return task;
        return MATHEMATICS;
    }

    /// The system prompt for problems that are solved with one setting: that of their task; "" if they are of tasks with different prompts.
    public static String systemPrompt(List<Problem> problems) {
        var prompts = problems.stream().map(problem -> of(problem).systemPrompt()).distinct().limit(2).toList();
        return prompts.size() == 1 ? prompts.getFirst() : "";
    }
}
