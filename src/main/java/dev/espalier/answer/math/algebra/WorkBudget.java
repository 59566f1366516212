package dev.espalier.answer.math.algebra;

import java.util.function.Supplier;

/// The work one canonical form may cost. Counted, not timed, so that a form never depends on how busy the machine is.
public final class WorkBudget {
    private static final ScopedValue<WorkBudget> CURRENT = ScopedValue.newInstance();
    private static final int LIMIT = 20_000;

    /// Larger numbers than this many bits are not computed.
    static final int LARGEST_NUMBER = 4_000;

    private int left = LIMIT;

    public static <T> T within(Supplier<T> task) {
        return ScopedValue.where(CURRENT, new WorkBudget()).call(task::get);
    }

    /// @param steps about as many multiplications of two machine words, up to a constant
    public static void spend(long steps) {
        WorkBudget budget = CURRENT.get();
        if (steps > budget.left) {
            budget.left = 0;
            throw new UnsupportedExpression("too much work");
        }
        budget.left -= (int) Math.max(1, steps);
    }
}
