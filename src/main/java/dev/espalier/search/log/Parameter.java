package dev.espalier.search.log;

import dev.espalier.EspalierException;
import dev.espalier.search.log.Parameters.Value;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A parameter of a strategy. The command line and the window build their options and fields from it.
public sealed interface Parameter {
    /// The maximum of N. A search with as many candidates needs about 200 MB; a damaged configuration may name
    /// billions.
    int MAX_BUDGET = 100_000;

    /// The name on the command line: N, M, iterations, …
    String name();

    /// What the parameter means, in one line.
    String meaning();

    /// The default value; null if the parameter is required.
    @Nullable
    Value defaultValue();

    default boolean required() {
        return defaultValue() == null;
    }

    /// Parses the user's input.
    ///
    /// @throws EspalierException if the input has another kind
    Value read(String typed);

    /// @throws EspalierException if the value has another kind or is out of range
    void check(String strategy, Value value);

    /// The possible values as text: "yes or no", "a whole number from 1".
    String range();

    /// The budget N.
    static Parameter budget() {
        return new Whole("N", "budget: complete generations it may return", null, 1, MAX_BUDGET);
    }

    static Parameter whole(String name, String meaning, int defaultValue, int min) {
        return whole(name, meaning, defaultValue, min, Integer.MAX_VALUE);
    }

    static Parameter whole(String name, String meaning, int defaultValue, int min, int max) {
        return new Whole(name, meaning, defaultValue, min, max);
    }

    static Parameter number(String name, String meaning, double defaultValue, double min, double max) {
        return new Real(name, meaning, defaultValue, min, max);
    }

    /// A flag whose default is no.
    static Parameter flag(String name, String meaning) {
        return new Flag(name, meaning, false);
    }

    /// A choice whose default is the first option.
    static Parameter choice(String name, String meaning, String... options) {
        return new Choice(name, meaning, List.of(options));
    }

    static Parameter text(String name, String meaning, String defaultValue) {
        return new Text(name, meaning, defaultValue);
    }

    /// A whole number.
    ///
    /// @param initial the default; null if the parameter is required
    record Whole(String name, String meaning, @Nullable Integer initial, int min, int max) implements Parameter {
        @Override
        public @Nullable Value defaultValue() {
            return initial == null ? null : Value.of(initial);
        }

        @Override
        public Value read(String typed) {
            return Value.of(number(this, typed));
        }

        @Override
        public void check(String strategy, Value value) {
            double number = number(this, value);
            if (number != Math.rint(number)) throw wrong(this, strategy, "must be a whole number", value);
            between(this, strategy, value, min, max);
        }

        @Override
        public String range() {
            return "a whole number " + bounds(min, max);
        }
    }

    /// A number.
    record Real(String name, String meaning, double initial, double min, double max) implements Parameter {
        @Override
        public Value defaultValue() {
            return Value.of(initial);
        }

        @Override
        public Value read(String typed) {
            return Value.of(number(this, typed));
        }

        @Override
        public void check(String strategy, Value value) {
            between(this, strategy, value, min, max);
        }

        @Override
        public String range() {
            return "a number " + bounds(min, max);
        }
    }

    /// Yes or no. Its value is 1 or 0, as in all stored configurations.
    record Flag(String name, String meaning, boolean initial) implements Parameter {
        @Override
        public Value defaultValue() {
            return Value.of(initial ? 1 : 0);
        }

        @Override
        public Value read(String typed) {
            return switch (typed.strip().toLowerCase(Locale.ROOT)) {
                case "1", "true", "yes", "on" -> Value.of(1);
                case "0", "false", "no", "off" -> Value.of(0);
                default ->
                    throw new EspalierException(
                            "%s must be yes or no, not \"%s\": %s.".formatted(name, typed.strip(), meaning));
            };
        }

        @Override
        public void check(String strategy, Value value) {
            double number = number(this, value);
            if (number != 0 && number != 1) throw wrong(this, strategy, "must be 1 or 0", value);
        }

        @Override
        public String range() {
            return "yes or no";
        }
    }

    /// One of several words. The default is the first.
    record Choice(String name, String meaning, List<String> options) implements Parameter {
        public Choice {
            options = List.copyOf(options);
        }

        @Override
        public Value defaultValue() {
            return Value.of(options.getFirst());
        }

        @Override
        public Value read(String typed) {
            return Value.of(typed.strip());
        }

        @Override
        public void check(String strategy, Value value) {
            if (!(value instanceof Value.Text(var word)) || !options.contains(word))
                throw wrong(this, strategy, "must be " + range(), value);
        }

        @Override
        public String range() {
            return String.join(", ", options.subList(0, options.size() - 1)) + " or " + options.getLast();
        }
    }

    /// Any text.
    record Text(String name, String meaning, String initial) implements Parameter {
        @Override
        public Value defaultValue() {
            return Value.of(initial);
        }

        @Override
        public Value read(String typed) {
            return Value.of(typed);
        }

        @Override
        public void check(String strategy, Value value) {
            if (!(value instanceof Value.Text)) throw wrong(this, strategy, "must be a text", value);
        }

        @Override
        public String range() {
            return "a text";
        }
    }

    private static double number(Parameter parameter, String typed) {
        try {
            return Double.parseDouble(typed.strip());
        } catch (NumberFormatException e) {
            throw new EspalierException("%s must be a number, not \"%s\": %s."
                    .formatted(parameter.name(), typed.strip(), parameter.meaning()));
        }
    }

    private static double number(Parameter parameter, Value value) {
        if (value instanceof Value.Numeric(double number)) return number;
        throw new EspalierException(
                "%s must be a number, not \"%s\": %s.".formatted(parameter.name(), value, parameter.meaning()));
    }

    private static void between(Parameter parameter, String strategy, Value value, double min, double max) {
        double number = number(parameter, value);
        if (!(number >= min)) throw wrong(parameter, strategy, "must be at least " + Parameters.format(min), value);
        if (number > max) throw wrong(parameter, strategy, "must be at most " + Parameters.format(max), value);
    }

    private static String bounds(double min, double max) {
        return "from " + Parameters.format(min) + (max == Integer.MAX_VALUE ? "" : " to " + Parameters.format(max));
    }

    private static EspalierException wrong(Parameter parameter, String strategy, String rule, Value value) {
        return new EspalierException(
                "%s of the strategy %s %s, not %s.".formatted(parameter.name(), strategy, rule, value));
    }
}
