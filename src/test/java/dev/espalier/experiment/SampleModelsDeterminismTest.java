package dev.espalier.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Models;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.folder.SampleModels;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.RewardModel;
import dev.espalier.problem.Problem;
import dev.espalier.search.SearchControl;
import dev.espalier.search.SearchDriver;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.strategy.Strategies;
import dev.espalier.store.RunStore;
import java.util.ArrayList;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// With the sample models, every registered strategy writes the same log alone and beside others.
@Tag("slow")
class SampleModelsDeterminismTest {

    @Test
    void everyStrategysLogIsTheSameAloneAndWithOthersAtOnce() throws Exception {
        var policyFolder = SampleModels.folder("policy-small");
        var problems = SampleBench.problems(2);
        var alone = new TreeMap<String, String>();
        try (var policy = Models.policy(policyFolder, Device.CPU, 2);
                var reward = Models.reward(SampleModels.folder("prm"), Device.CPU, 2)) {
            for (var entry : Strategies.entries())
                for (var problem : problems)
                    alone.put(entry.name() + problem.id(), log(entry, problem, policy, reward));
        }
        var together = new TreeMap<String, String>();
        try (var policy = Models.policy(policyFolder, Device.CPU, 2);
                var reward = Models.reward(SampleModels.folder("prm"), Device.CPU, 2);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var searches = new ArrayList<Callable<String>>();
            var names = new ArrayList<String>();
            for (var problem : problems)
                for (var entry : Strategies.entries()) {
                    names.add(entry.name() + problem.id());
                    searches.add(() -> log(entry, problem, policy, reward));
                }
            var logs = threads.invokeAll(searches);
            for (int i = 0; i < logs.size(); i++)
                together.put(names.get(i), logs.get(i).get());
        }
        assertThat(together).isEqualTo(alone);
    }

    /// A budget of 4, at most 60 tokens per text.
    private static String log(Strategies.Entry entry, Problem problem, LanguageModel policy, RewardModel reward) {
        var budget = (Parameter.Whole) entry.find("N").orElseThrow();
        var parameters = Strategies.of(
                        entry.name(), Parameters.NONE.with("N", Math.min(4, budget.max())), Mode.STANDARD)
                .parameters();
        var config = new SearchConfig(
                entry.name(),
                parameters,
                new Generation(0.8, 1, 60, policy.card().separator(), ""),
                Reduction.LAST,
                5,
                "policy",
                "",
                "prm",
                "");
        var events = new ArrayList<SearchEvent>();
        var end = new SearchDriver(
                        Strategies::of,
                        config,
                        problem,
                        policy,
                        reward,
                        new SearchControl(),
                        (_, event, _, _) -> events.add(event),
                        java.util.List.of())
                .run();
        assertThat(end).isEqualTo(SearchDriver.End.FINISHED);
        return RunStore.logicalHash(events);
    }
}
