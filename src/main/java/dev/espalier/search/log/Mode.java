package dev.espalier.search.log;

import dev.espalier.problem.Problem;
import dev.espalier.task.Task;
import dev.espalier.task.Tasks;
import java.util.Locale;

/// Whose rules a search follows.
public enum Mode {
    /// Right by the definitions of this product.
    STANDARD,
    /// What the search-and-learn toolkit does, to reproduce published numbers.
    PARITY;

    /// New tokens a step in the toolkit's runs.
    public static final int PARITY_STEP_TOKENS = 2048;

    /// How a problem's answers are read, grouped and graded.
    public Task task(Problem problem) {
        return this == PARITY ? Tasks.PARITY : Tasks.of(problem);
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
