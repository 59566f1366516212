package dev.espalier.search;

import dev.espalier.EspalierException;

/// What a strategy lets a person choose: from this alone the command line and the window make their options and fields.
///
/// @param name     as it is written on the command line: N, M, iterations, …
/// @param meaning  one line
/// @param standard the value where none is given; NaN where one must be
/// @param whole    whether it must be a whole number
public record Parameter(String name, String meaning, double standard, double least, double most, boolean whole) {

    static Parameter whole(String name, String meaning, double standard, int least) {
        return new Parameter(name, meaning, standard, least, Integer.MAX_VALUE, true);
    }

    static Parameter number(String name, String meaning, double standard, double least, double most) {
        return new Parameter(name, meaning, standard, least, most, false);
    }

    /// 1 for yes, 0 for no; no where none is given.
    static Parameter flag(String name, String meaning) {
        return new Parameter(name, meaning + " (1 or 0)", 0, 0, 1, true);
    }

    /// The budget N.
    static Parameter budget() {
        return whole("N", "budget: complete generations it may return", Double.NaN, 1);
    }

    public boolean needed() {
        return Double.isNaN(standard);
    }

    /// @throws EspalierException where a value does not do
    public void check(String strategy, double value) {
        if (whole && value != Math.rint(value))
            throw new EspalierException("%s of the strategy %s must be a whole number, not %s.".formatted(name, strategy, Parameters.written(value)));
        if (!(value >= least)) throw new EspalierException("%s of the strategy %s must be at least %s, not %s.".formatted(name, strategy, Parameters.written(least), Parameters.written(value)));
        if (value > most) throw new EspalierException("%s of the strategy %s must be at most %s, not %s.".formatted(name, strategy, Parameters.written(most), Parameters.written(value)));
    }
}
