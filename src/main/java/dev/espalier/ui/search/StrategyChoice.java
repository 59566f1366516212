package dev.espalier.ui.search;

import dev.espalier.search.log.Mode;
import dev.espalier.search.strategy.Method;
import dev.espalier.search.strategy.Strategies;
import java.util.List;

/// A registered strategy in the form's list.
public record StrategyChoice(String name) {
    public static List<StrategyChoice> all() {
        return Strategies.names().stream().map(StrategyChoice::new).toList();
    }

    public String title() {
        return Method.titleOf(name);
    }

    public boolean samples() {
        return !name.equals("greedy");
    }

    public boolean hasParity() {
        return Strategies.find(name, Mode.PARITY).isPresent();
    }

    @Override
    public String toString() {
        return title();
    }
}
