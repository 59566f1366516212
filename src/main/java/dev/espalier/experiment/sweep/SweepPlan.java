package dev.espalier.experiment.sweep;

import dev.espalier.EspalierException;
import dev.espalier.io.Sha256;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.strategy.Method;
import dev.espalier.search.strategy.Strategies;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The runs that a sweep needs: one pool at the largest budget for all votes, one greedy run, and for each search
/// strategy one run per valid budget.
public record SweepPlan(List<SearchConfig> configs) {
    public SweepPlan {
        configs = List.copyOf(configs);
    }

    /// @throws EspalierException if the spec contradicts itself
    public static SweepPlan of(SweepSpec spec, String policySha256, String rewardSha256) {
        if (spec.problems().isEmpty())
            throw new EspalierException("The sweep has no problems. Choose a problem set, or a larger limit.");
        if (spec.methods().isEmpty())
            throw new EspalierException(
                    "The sweep has no methods. Choose at least one of: " + String.join(", ", Method.words()) + ".");
        if (spec.seeds().isEmpty()) throw new EspalierException("The sweep has no seeds. Choose at least one.");
        if (spec.budgets().isEmpty() || Collections.min(spec.budgets()) < 1)
            throw new EspalierException("The sweep's budgets must be whole numbers of at least 1.");
        var strategies = new LinkedHashSet<String>();
        for (var word : spec.methods()) {
            var method = Method.of(word);
            if (method.scored() && spec.reward().isEmpty())
                throw new EspalierException("The method %s needs a reward model and none was chosen.".formatted(word));
            strategies.add(method.strategy());
        }
        var configs = new ArrayList<SearchConfig>();
        for (var strategy : strategies) {
            for (var parameters : parameters(strategy, spec)) {
                // Greedy decoding draws no random numbers, so one seed is enough.
                for (long seed : strategy.equals("greedy") ? spec.seeds().subList(0, 1) : spec.seeds()) {
                    configs.add(new SearchConfig(
                            strategy,
                            Strategies.of(strategy, parameters, Mode.STANDARD).parameters(),
                            spec.generation(),
                            spec.reduction(),
                            seed,
                            spec.policy(),
                            policySha256,
                            spec.reward(),
                            rewardSha256));
                }
            }
        }
        return new SweepPlan(configs);
    }

    private static List<Parameters> parameters(String strategy, SweepSpec spec) {
        return switch (strategy) {
            case "greedy" -> List.of(Parameters.NONE.with("N", 1));
            case "best-of-n" -> List.of(Parameters.NONE.with("N", Collections.max(spec.budgets())));
            default -> at(strategy, spec);
        };
    }

    /// The budgets that the strategy accepts: multiples of M if it has M, and its other constraints on N.
    private static List<Parameters> at(String strategy, SweepSpec spec) {
        int m = spec.beamWidth();
        if (m < 1) throw new EspalierException("The beam width M must be at least 1, not " + m + ".");
        boolean wide = Strategies.entry(strategy, Mode.STANDARD).has("M");
        var budgets = spec.budgets().stream()
                .filter(n -> !wide || n % m == 0)
                .distinct()
                .sorted()
                .toList();
        if (budgets.isEmpty()) {
            throw new EspalierException(
                    "No budget of %s is a multiple of M = %d, which %s needs. Add one, for example %d, or choose another M."
                            .formatted(spec.budgets(), m, strategy, 4 * m));
        }
        var fitting = new ArrayList<Parameters>();
        EspalierException refusal = null;
        for (int n : budgets) {
            var parameters = wide ? Parameters.NONE.with("N", n).with("M", m) : Parameters.NONE.with("N", n);
            try {
                Strategies.of(strategy, parameters, Mode.STANDARD);
                fitting.add(parameters);
            } catch (EspalierException contradiction) {
                refusal = contradiction;
            }
        }
        if (fitting.isEmpty() && refusal != null) throw refusal;
        return fitting;
    }

    /// Identifies a sweep. An equal label resumes the earlier sweep.
    public static String label(SweepSpec spec, SweepPlan plan) {
        var digest = new Sha256();
        digest.add(
                spec.problemSet() + plan.configs().stream().map(SweepPlan::text).toList());
        spec.problems().forEach(problem -> digest.add(problem.id() + "\n" + problem.text()));
        return spec.name() + " #" + digest.hex().substring(0, 8);
    }

    /// The text of a configuration that labels have hashed since version 0.1.0. Changing it would restart old
    /// sweeps instead of resuming them. Append new settings, and only if they are used.
    private static String text(SearchConfig config) {
        var sampling = config.generation();
        return "SearchConfig[strategy=%s, parameters=%s, mode=%s, generation=Generation[temperature=%s, topP=%s, topK=%s, minP=%s, maxNewTokens=%s, separator=%s, systemPrompt=%s], reduction=%s, seed=%s, policy=%s, policySha256=%s, reward=%s, rewardSha256=%s]%s"
                .formatted(
                        config.strategy(),
                        config.parameters(),
                        config.mode(),
                        sampling.temperature(),
                        sampling.topP(),
                        sampling.topK(),
                        sampling.minP(),
                        sampling.maxNewTokens(),
                        sampling.separator(),
                        sampling.systemPrompt(),
                        config.reduction(),
                        config.seed(),
                        config.policy(),
                        config.policySha256(),
                        config.reward(),
                        config.rewardSha256(),
                        config.furtherModels().isEmpty() ? "" : config.furtherModels());
    }

    Set<String> strategies() {
        var strategies = new LinkedHashSet<String>();
        configs.forEach(config -> strategies.add(config.strategy()));
        return strategies;
    }
}
