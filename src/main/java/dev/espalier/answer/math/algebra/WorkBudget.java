package dev.espalier.answer.math.algebra;

import java.util.function.Supplier;

/// Limits the work for one canonical form. Counts steps, not time, so a form never depends on the machine's load.
public final class WorkBudget {
    private static final ScopedValue<WorkBudget> CURRENT = ScopedValue.newInstance();
    private static final int LIMIT = 20_000;

    /// The largest size of a number, in bits.
    static final int MAX_NUMBER_BITS = 4_000;

    private int left = LIMIT;

    public static <T> T within(Supplier<T> task) {
        return ScopedValue.where(CURRENT, new WorkBudget()).call(task::get);
    }

    /// @param steps in units of about one multiplication of two machine words
    public static void spend(long steps) {
        WorkBudget budget = CURRENT.get();
        if (steps > budget.left) {
            budget.left = 0;
            throw new UnsupportedExpression("too much work");
        }
        budget.left -= (int) Math.max(1, steps);
    }
}
