package dev.espalier.engine.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The names known at a place of a template. What is set in a loop's body ends with its turn.
final class Scope {
    private final @Nullable Scope outer;
    private final Map<String, @Nullable Object> names = new HashMap<>();

    Scope(@Nullable Scope outer) {
        this.outer = outer;
    }

    void set(String name, @Nullable Object value) {
        names.put(name, value);
    }

    @Nullable Object get(String name) {
        if (names.containsKey(name)) return names.get(name);
        return outer == null ? Values.UNDEFINED : outer.get(name);
    }
}
