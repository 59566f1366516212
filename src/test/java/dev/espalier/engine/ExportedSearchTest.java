package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.device.Device;
import dev.espalier.engine.folder.ExportedModels;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.RewardModel;
import dev.espalier.problem.Problem;
import dev.espalier.search.SearchControl;
import dev.espalier.search.SearchDriver;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.strategy.Strategies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whole searches with every layout of graphs.
class ExportedSearchTest {
    /// A separator that random weights generate too.
    private static final Generation GENERATION = new Generation(1, 1, 30, "e", "Be brief.");

    private static List<SearchEvent> search(LanguageModel policy, RewardModel reward, String question) {
        var config = new SearchConfig(
                "beam-search",
                Strategies.of("beam-search", Parameters.of(Map.of("N", 4, "M", 2)), Mode.STANDARD)
                        .parameters(),
                GENERATION,
                Reduction.LAST,
                5,
                policy.card().name(),
                policy.card().sha256(),
                reward.card().name(),
                reward.card().sha256());
        var events = new ArrayList<SearchEvent>();
        new SearchDriver(
                        Strategies::of,
                        config,
                        new Problem(question, question, "19", null, "Algebra", 1),
                        policy,
                        reward,
                        new SearchControl(),
                        (_, event, _, _) -> events.add(event),
                        List.of())
                .run();
        return events;
    }

    @ParameterizedTest
    @CsvSource({
        "llama-3.2, rlhflow-prm",
        "llama-3.2-f16, skywork-prm",
        "qwen2.5-genai, qwen-prm",
        "qwen2.5-genai-f16, orm",
        "qwen2.5-genai-int4, qwen-prm",
        "qwen3, skywork-prm",
        "gemma, rlhflow-prm"
    })
    void aBeamSearchIsTheSameAloneAndInParallelWithAnother(String policyName, String prmName) throws Exception {
        List<SearchEvent> alone;
        try (var policy = Models.policy(ExportedModels.folder(policyName), Device.CPU, 1);
                var reward = Models.reward(ExportedModels.folder(prmName), Device.CPU, 1)) {
            alone = search(policy, reward, "What is $12 + 7$?");
        }
        assertThat(alone.getLast()).isInstanceOf(SearchEvent.Finished.class);
        assertThat(alone.stream().filter(SearchEvent.Ended.class::isInstance)).hasSize(4);
        assertThat(alone.stream().filter(SearchEvent.Scored.class::isInstance)).isNotEmpty();
        try (var policy = Models.policy(ExportedModels.folder(policyName), Device.CPU, 1);
                var reward = Models.reward(ExportedModels.folder(prmName), Device.CPU, 1);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<List<SearchEvent>> one = () -> search(policy, reward, "What is $12 + 7$?");
            Callable<List<SearchEvent>> other = () -> search(policy, reward, "Solve the problem step by step.");
            var both = threads.invokeAll(List.of(one, other));
            assertThat(both.getFirst().get()).isEqualTo(alone);
            assertThat(both.getLast().get().getLast()).isInstanceOf(SearchEvent.Finished.class);
        }
    }
}
