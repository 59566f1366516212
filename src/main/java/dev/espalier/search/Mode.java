package dev.espalier.search;

import dev.espalier.answer.Grader;
import dev.espalier.answer.parity.ParityGrader;
import dev.espalier.answer.registry.Graders;
import dev.espalier.problem.Problem;
import java.util.Locale;

/// Whose rules a search follows.
public enum Mode {
    /// Right by the definitions of this product.
    STANDARD,
    /// What the search-and-learn toolkit does, to reproduce published numbers.
    PARITY;

    /// New tokens a step in the toolkit's runs.
    public static final int PARITY_STEP_TOKENS = 2048;

    /// How answers are read, grouped and graded.
    public Grader grader(Problem problem) {
        return this == PARITY ? new ParityGrader() : Graders.of(problem);
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
