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

/// The runs that a sweep needs: one pool at the largest budget for all votes, one greedy run, and a run a budget for
/// each search strategy at the budgets that it can have.
public record SweepPlan(List<SearchConfig> configs) {
    public SweepPlan {
        configs = List.copyOf(configs);
    }

    /// @throws EspalierException where the order contradicts itself
    public static SweepPlan of(SweepSpec order, String policySha256, String rewardSha256) {
        if (order.problems().isEmpty()) throw new EspalierException("The sweep has no problems. Choose a problem set, or a larger limit.");
        if (order.methods().isEmpty()) throw new EspalierException("The sweep has no methods. Choose at least one of: " + String.join(", ", Method.words()) + ".");
        if (order.seeds().isEmpty()) throw new EspalierException("The sweep has no seeds. Choose at least one.");
        if (order.budgets().isEmpty() || Collections.min(order.budgets()) < 1) throw new EspalierException("The sweep's budgets must be whole numbers of at least 1.");
        var strategies = new LinkedHashSet<String>();
        for (var word : order.methods()) {
            var method = Method.of(word);
            if (method.scored() && order.reward().isEmpty()) throw new EspalierException("The method %s needs a reward model and none was chosen.".formatted(word));
            strategies.add(method.strategy());
        }
        var configs = new ArrayList<SearchConfig>();
        for (var strategy : strategies) {
            for (var parameters : parameters(strategy, order)) {
                // Greedy decoding draws no random number: one seed says all.
                for (long seed : strategy.equals("greedy") ? order.seeds().subList(0, 1) : order.seeds()) {
                    configs.add(new SearchConfig(strategy, Strategies.of(strategy, parameters, Mode.STANDARD).parameters(), order.generation(), order.reduction(), seed, order.policy(), policySha256, order.reward(), rewardSha256));
                }
            }
        }
        return new SweepPlan(configs);
    }

    private static List<Parameters> parameters(String strategy, SweepSpec order) {
        return switch (strategy) {
            case "greedy" -> List.of(Parameters.NONE.with("N", 1));
            case "best-of-n" -> List.of(Parameters.NONE.with("N", Collections.max(order.budgets())));
            default -> at(strategy, order);
        };
    }

    /// At the budgets that the strategy can have: multiples of M where it has one, and what else it asks of N.
    private static List<Parameters> at(String strategy, SweepSpec order) {
        int m = order.beamWidth();
        if (m < 1) throw new EspalierException("The beam width M must be at least 1, not " + m + ".");
        boolean wide = Strategies.entry(strategy, Mode.STANDARD).has("M");
        var budgets = order.budgets().stream().filter(n -> !wide || n % m == 0).distinct().sorted().toList();
        if (budgets.isEmpty()) {
            throw new EspalierException("No budget of %s is a multiple of M = %d, which %s needs. Add one, for example %d, or choose another M.".formatted(order.budgets(), m, strategy, 4 * m));
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

    /// What makes two orders the same sweep, so that the second goes on with the first.
    public static String label(SweepSpec order, SweepPlan plan) {
        var digest = new Sha256();
        digest.add(order.problemSet() + plan.configs().stream().map(SweepPlan::text).toList());
        order.problems().forEach(problem -> digest.add(problem.id() + "\n" + problem.text()));
        return order.name() + " #" + digest.hex().substring(0, 8);
    }

    /// The text of a configuration that labels have hashed since version 0.1.0. Changing it would start old sweeps anew instead of resuming them: append new settings, and
    /// only if they are used.
    private static String text(SearchConfig config) {
        var sampling = config.generation();
        return "SearchConfig[strategy=%s, parameters=%s, mode=%s, generation=Generation[temperature=%s, topP=%s, topK=%s, minP=%s, maxNewTokens=%s, separator=%s, systemPrompt=%s], reduction=%s, seed=%s, policy=%s, policySha256=%s, reward=%s, rewardSha256=%s]%s"
            .formatted(config.strategy(), config.parameters(), config.mode(), sampling.temperature(), sampling.topP(), sampling.topK(), sampling.minP(), sampling.maxNewTokens(), sampling.separator(), sampling.systemPrompt(),
                config.reduction(), config.seed(), config.policy(), config.policySha256(), config.reward(), config.rewardSha256(), config.furtherModels().isEmpty() ? "" : config.furtherModels());
    }

    Set<String> strategies() {
        var strategies = new LinkedHashSet<String>();
        configs.forEach(config -> strategies.add(config.strategy()));
        return strategies;
    }
}
