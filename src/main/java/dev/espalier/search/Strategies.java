package dev.espalier.search;

import dev.espalier.EspalierException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The strategies by name. A new one is a class and a line here.
public final class Strategies {
    private static final Map<String, Function<Map<String, Integer>, Strategy>> REGISTERED = new LinkedHashMap<>();

    static {
        REGISTERED.put("greedy", BestOfN::greedy);
        REGISTERED.put("best-of-n", BestOfN::of);
        REGISTERED.put("beam-search", BeamSearch::of);
        REGISTERED.put("dvts", Dvts::of);
    }

    private Strategies() {}

    public static List<String> names() {
        return List.copyOf(REGISTERED.keySet());
    }

    /// @param parameters N, M, …; what a strategy does not have is refused
    public static Strategy of(String name, Map<String, Integer> parameters) {
        var make = REGISTERED.get(name);
        if (make == null) throw new EspalierException("There is no strategy called \"%s\". There are: %s.".formatted(name, String.join(", ", names())));
        return make.apply(parameters);
    }

    static int atLeast(int least, String strategy, String parameter, Map<String, Integer> parameters) {
        var value = parameters.get(parameter);
        if (value == null) throw refuse("The strategy %s needs a value for %s.", strategy, parameter);
        if (value < least) throw refuse("%s of the strategy %s must be at least %d, not %d.", parameter, strategy, least, value);
        return value;
    }

    static void expect(String strategy, Map<String, Integer> parameters, List<String> known) {
        for (var parameter : parameters.keySet()) {
            if (!known.contains(parameter)) throw refuse("The strategy %s has no parameter %s. It has: %s.", strategy, parameter, String.join(", ", known));
        }
    }

    static EspalierException refuse(String sentence, Object... values) {
        return new EspalierException(sentence.formatted(values));
    }
}
