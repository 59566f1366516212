package dev.espalier.problem;

import org.jspecify.annotations.Nullable;

/// Finds out whether the indices of right choices in a file count from 0 or from 1: from 1 if one equals the
/// number of choices and none is 0. Not thread-safe.
public final class ChoiceIndex {
    /// What a line's index says.
    enum Sign {
        /// There is no index, or it says nothing.
        NONE,
        /// It is 0.
        ZERO,
        /// It equals the number of choices.
        LAST,
        /// It names a column by its number from 1.
        COLUMN
    }

    private boolean zero;
    private boolean last;
    private boolean column;

    /// @param column whether the answer may be the number of a column
    static Sign sign(boolean column, @Nullable String fromZero, @Nullable String fromOne) {
        if (fromZero == null) return fromOne == null ? Sign.NONE : Sign.LAST;
        if (fromZero.equals(fromOne)) return Sign.NONE;
        if (fromOne == null) return fromZero.equals("A") ? Sign.ZERO : Sign.NONE;
        return column ? Sign.COLUMN : Sign.NONE;
    }

    void add(Sign sign) {
        zero |= sign == Sign.ZERO;
        last |= sign == Sign.LAST;
        column |= sign == Sign.COLUMN;
    }

    /// The index of the first choice, 0 or 1.
    public int first() {
        return (last || column) && !zero ? 1 : 0;
    }
}
