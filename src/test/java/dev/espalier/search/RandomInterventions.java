package dev.espalier.search;

import dev.espalier.EspalierException;
import dev.espalier.model.Generation;
import dev.espalier.model.Step;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.strategy.Strategies;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Random possible interventions in a search at an event, by seed.
public final class RandomInterventions {
    private RandomInterventions() {}

    public static List<Intervention> at(SearchTree tree, SearchConfig config, long seed) {
        var random = new Random(seed);
        var drawn = new ArrayList<Intervention>();
        int nodes = tree.nodes().size();
        for (int round = 0; round < 2; round++) {
            int node = random.nextInt(nodes);
            drawn.add(new Intervention.Prune(node));
            drawn.add(new Intervention.Revive(random.nextInt(nodes)));
            drawn.add(new Intervention.Keep(random.nextInt(nodes)));
            drawn.add(new Intervention.Resample(random.nextInt(nodes), 1 + random.nextInt(3)));
            drawn.add(new Intervention.Edit(
                    random.nextInt(nodes), Step.of("by hand " + node + "\n\n", new int[] {1, node}, new float[0])));
        }
        for (var entry : Strategies.entries())
            drawn.add(new Intervention.ContinueFrom(
                    random.nextInt(nodes),
                    entry.name(),
                    Parameters.NONE.with(
                            "N", Math.min(4, ((Parameter.Whole) entry.find("N").orElseThrow()).max()))));
        drawn.add(new Intervention.Change(
                config.parameters().with("N", Math.min(12, 3 * config.n())),
                Generation.DEFAULT.withTemperature(0.3),
                Reduction.MIN));
        drawn.removeIf(intervention -> !possible(intervention, tree, config));
        return drawn;
    }

    private static boolean possible(Intervention intervention, SearchTree tree, SearchConfig config) {
        try {
            InterventionCheck.check(intervention, tree, config, Strategies::of);
            return true;
        } catch (EspalierException _) {
            return false;
        }
    }
}
