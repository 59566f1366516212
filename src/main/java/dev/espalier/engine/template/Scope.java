package dev.espalier.engine.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The variables at a place of a template. A variable set in a loop's body lives until the end of the iteration.
final class Scope {
    private final @Nullable Scope outer;
    private final Budget budget;
    private final Map<String, @Nullable Object> names = new HashMap<>();

    /// Creates the outermost scope.
    Scope(Budget budget) {
        this.outer = null;
        this.budget = budget;
    }

    Scope(Scope outer) {
        this.outer = outer;
        this.budget = outer.budget;
        budget.spend(Budget.SCOPE);
    }

    Budget budget() {
        return budget;
    }

    void set(String name, @Nullable Object value) {
        names.put(name, value);
    }

    @Nullable
    Object get(String name) {
        for (var scope = this; scope != null; scope = scope.outer)
            if (scope.names.containsKey(name)) return scope.names.get(name);
        return Values.UNDEFINED;
    }
}
