package dev.espalier.answer.math.algebra;

import java.util.function.Supplier;

/// The work one canonical form may cost. Counted, not timed, so that a form never depends on how busy the machine is.
public final class Work {
    private static final ScopedValue<Work> CURRENT = ScopedValue.newInstance();
    private static final int LIMIT = 20_000;

    /// Larger numbers than this many bits are not computed.
    static final int LARGEST_NUMBER = 4_000;

    private int left = LIMIT;

    public static <T> T within(Supplier<T> task) {
        return ScopedValue.where(CURRENT, new Work()).call(task::get);
    }

    /// @param steps about as many multiplications of two machine words, up to a constant
    public static void spend(long steps) {
        Work work = CURRENT.get();
        if (steps > work.left) {
            work.left = 0;
            throw new Undecided("too much work");
        }
        work.left -= (int) Math.max(1, steps);
    }
}
