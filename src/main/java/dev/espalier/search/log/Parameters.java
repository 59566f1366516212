package dev.espalier.search.log;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The values of a strategy's parameters, sorted by name (N, M, iterations, …). A [Parameter] defines the kind and the
/// range of each value.
public record Parameters(SortedMap<String, Value> values) {
    public static final Parameters NONE = new Parameters(new TreeMap<>());

    /// A number or a text. A flag is the number 1 or 0.
    public sealed interface Value {
        record Numeric(double number) implements Value {
            @Override
            public String toString() {
                return format(number);
            }
        }

        record Text(String text) implements Value {
            @Override
            public String toString() {
                return text;
            }
        }

        static Value of(double number) {
            return new Numeric(number);
        }

        static Value of(String text) {
            return new Text(text);
        }
    }

    public Parameters {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /// @param values numbers, texts or [Value]s
    public static Parameters of(Map<String, ?> values) {
        var sorted = new TreeMap<String, Value>();
        values.forEach((name, value) -> sorted.put(
                name,
                switch (value) {
                    case Value ready -> ready;
                    case Number number -> Value.of(number.doubleValue());
                    default -> Value.of(value.toString());
                }));
        return new Parameters(sorted);
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    public @Nullable Value value(String name) {
        return values.get(name);
    }

    /// @throws IllegalArgumentException if there is none; [Strategies] fills in the default values
    public double number(String name) {
        if (values.get(name) instanceof Value.Numeric(double number)) return number;
        throw new IllegalArgumentException("no number " + name);
    }

    /// The value of a whole-number parameter.
    public int whole(String name) {
        return (int) number(name);
    }

    public boolean flag(String name) {
        return number(name) != 0;
    }

    /// The value of a choice or text parameter.
    public String text(String name) {
        if (values.get(name) instanceof Value.Text(var text)) return text;
        throw new IllegalArgumentException("no text " + name);
    }

    public Parameters with(String name, boolean value) {
        return with(name, value ? 1 : 0);
    }

    public Parameters with(String name, Number value) {
        return with(name, Value.of(value.doubleValue()));
    }

    public Parameters with(String name, String text) {
        return with(name, Value.of(text));
    }

    public Parameters with(String name, Value value) {
        var changed = new TreeMap<>(values);
        changed.put(name, value);
        return new Parameters(changed);
    }

    /// The values as Java numbers and strings, for JSON documents.
    public SortedMap<String, Object> plain() {
        var plain = new TreeMap<String, Object>();
        values.forEach((name, value) -> plain.put(
                name,
                switch (value) {
                    case Value.Numeric(double number) -> number;
                    case Value.Text(var text) -> text;
                }));
        return plain;
    }

    /// Formats a number; a whole number gets no decimal point.
    public static String format(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /// For example `M=4 N=16`.
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
    }
}
