package dev.espalier.search;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A strategy's parameters by name (N, M, iterations, …), sorted by name. Numbers; whether one must be whole, and between
/// what it must lie, its [Parameter] says.
public record Parameters(SortedMap<String, Double> values) {
    public static final Parameters NONE = new Parameters(new TreeMap<>());

    public Parameters {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    public static Parameters of(Map<String, ? extends Number> values) {
        var sorted = new TreeMap<String, Double>();
        values.forEach((name, value) -> sorted.put(name, value.doubleValue()));
        return new Parameters(sorted);
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /// @throws IllegalArgumentException where there is none: [Strategies] fills in the standard values
    public double number(String name) {
        var value = values.get(name);
        if (value == null) throw new IllegalArgumentException("no parameter " + name);
        return value;
    }

    /// A parameter that is a whole number.
    public int whole(String name) {
        return (int) number(name);
    }

    public boolean flag(String name) {
        return number(name) != 0;
    }

    public Parameters with(String name, boolean value) {
        return with(name, value ? 1 : 0);
    }

    public Parameters with(String name, Number value) {
        var changed = new TreeMap<>(values);
        changed.put(name, value.doubleValue());
        return new Parameters(changed);
    }

    /// A number as people write it: without a fraction where it has none.
    public static String written(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : Double.toString(value);
    }

    /// For example `M=4 N=16`.
    @Override
    public String toString() {
        return values.entrySet().stream().map(entry -> entry.getKey() + "=" + written(entry.getValue())).collect(Collectors.joining(" "));
    }
}
