package dev.espalier.search.log;

import dev.espalier.problem.Problem;
import dev.espalier.task.Task;
import dev.espalier.task.Tasks;
import java.util.Locale;

/// The rules that a search follows.
public enum Mode {
    /// Espalier's own definitions.
    STANDARD,
    /// The behaviour of the search-and-learn toolkit, to reproduce published numbers.
    PARITY;

    /// The token limit of a step in the toolkit's runs.
    public static final int PARITY_STEP_TOKENS = 2048;

    /// The task that extracts, groups and grades the problem's answers in this mode.
    public Task task(Problem problem) {
        return this == PARITY ? Tasks.PARITY : Tasks.of(problem);
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
