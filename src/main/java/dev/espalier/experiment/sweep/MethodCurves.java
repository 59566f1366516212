package dev.espalier.experiment.sweep;

import dev.espalier.analysis.Curve;
import dev.espalier.analysis.Curves;
import dev.espalier.analysis.Pool;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.strategy.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/// Computes curves from the pools of runs. Runs that differ only in seed or N form one curve; other differences appear
/// in its name.
public final class MethodCurves {
    private MethodCurves() {}

    /// @param pools   the finished searches of each configuration
    /// @param methods which curves
    /// @param budgets the points of curves of votes over a pool; empty for the powers of two and the pool's size
    public static List<Curve> of(
            Map<SearchConfig, ? extends Collection<Pool>> pools, Collection<Method> methods, List<Integer> budgets) {
        var names = new Names(pools.keySet());
        var curves = new ArrayList<Curve>();
        for (var method : methods) {
            var families = new LinkedHashMap<String, TreeMap<Integer, List<Pool>>>();
            pools.forEach((config, finished) -> {
                if (!config.strategy().equals(method.strategy())) return;
                families.computeIfAbsent(names.of(method, config), _ -> new TreeMap<>())
                        .computeIfAbsent(config.n(), _ -> new ArrayList<>())
                        .addAll(
                                method.byLikelihood()
                                        ? finished.stream()
                                                .map(Pool::byLikelihood)
                                                .toList()
                                        : finished);
            });
            families.forEach((name, byBudget) -> {
                var curve = method.pooled()
                        ? ofVotes(name, method, byBudget, budgets)
                        : Curves.ofSearches(name, method.vote(), byBudget);
                if (!curve.points().isEmpty()) curves.add(curve);
            });
        }
        return curves;
    }

    private static Curve ofVotes(
            String name, Method method, TreeMap<Integer, List<Pool>> byBudget, List<Integer> budgets) {
        var pools = byBudget.values().stream().flatMap(List::stream).toList();
        var at = new TreeSet<>(budgets);
        if (at.isEmpty()) {
            for (long n = 1; n <= byBudget.lastKey(); n *= 2) at.add((int) n);
            at.add(byBudget.lastKey());
        }
        return Curves.ofPool(name, method.vote(), pools, List.copyOf(at));
    }

    /// A curve's name: the method's, with the settings that distinguish its runs.
    private static final class Names {
        private final List<Function<SearchConfig, String>> differing;

        Names(Collection<SearchConfig> configs) {
            List<Function<SearchConfig, String>> aspects = List.of(
                    SearchConfig::policy,
                    SearchConfig::reward,
                    config -> "T=" + config.generation().temperature(),
                    config -> String.join(" ", config.generation().cuts()),
                    config -> config.reduction().label(),
                    config -> config.mode().label());
            differing = aspects.stream()
                    .filter(aspect -> configs.stream().map(aspect).distinct().count() > 1)
                    .toList();
        }

        String of(Method method, SearchConfig config) {
            var name = new StringBuilder(method.word());
            var parameters = config.parameters();
            if (parameters.has("M") && parameters.whole("M") != 4)
                name.append(" M=").append(parameters.whole("M"));
            for (var aspect : differing)
                if (!aspect.apply(config).isEmpty()) name.append(" · ").append(aspect.apply(config));
            return name.toString();
        }
    }

    /// The methods that some runs allow. Includes votes by likelihood only if a run used them.
    public static List<Method> methods(Collection<SearchConfig> configs) {
        boolean scored = configs.stream().anyMatch(config -> !config.reward().isEmpty());
        return Arrays.stream(Method.values())
                .filter(method -> (scored || !method.scored()) && (!method.byLikelihood() || !method.pooled()))
                .toList();
    }
}
