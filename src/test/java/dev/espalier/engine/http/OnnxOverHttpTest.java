package dev.espalier.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Models;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.SampleModels;
import dev.espalier.engine.http.endpoint.ApiKey;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.endpoint.Endpoint.Api;
import dev.espalier.engine.http.endpoint.Endpoint.Scores;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.ModelCard;
import dev.espalier.model.Result;
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
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Real models behind a real connection: the tree equals the one that the same models grow locally.
class OnnxOverHttpTest {
    private static final Problem PROBLEM = new Problem("t", "What is $17 + 5 \\cdot 3$?", "32", null, "", 1);

    private static SearchConfig config(String strategy) {
        var parameters = Strategies.of(strategy, Parameters.of(Map.of("N", 8, "M", 4)), Mode.STANDARD)
                .parameters();
        return new SearchConfig(
                strategy, parameters, new Generation(0.8, 1, 200, "\n\n", ""), Reduction.LAST, 3, "p", "", "r", "");
    }

    private static List<SearchEvent> log(String strategy, LanguageModel policy, RewardModel reward) {
        var events = new ArrayList<SearchEvent>();
        new SearchDriver(
                        Strategies::of,
                        config(strategy),
                        PROBLEM,
                        policy,
                        reward,
                        new SearchControl(),
                        (_, event, _, _) -> events.add(event),
                        List.of())
                .run();
        assertThat(events.getLast()).isInstanceOf(SearchEvent.Finished.class);
        return events;
    }

    private static Endpoint endpoint(OnnxServer server, ModelFolder folder, ModelFolder.Kind kind, Api api) {
        return new Endpoint(
                "over HTTP",
                kind,
                "",
                List.of(server.http.url()),
                "",
                null,
                api,
                Endpoint.Stop.AUTO,
                "",
                Endpoint.Limits.DEFAULT,
                Endpoint.Timeouts.DEFAULT,
                true,
                "",
                folder.prompting().chat(),
                "\n\n",
                "",
                200,
                512,
                0,
                new Scores("pooling", "", Scores.Rows.STEPS, -1, 0, Scores.Activation.NONE, ""));
    }

    /// The local policy with the keys that the server derives from seeds.
    private record Reseeded(LanguageModel policy) implements LanguageModel {
        @Override
        public ModelCard card() {
            return policy.card();
        }

        @Override
        public CompletableFuture<Result.Sampled> generate(Call call) {
            return policy.generate(new Call(
                    call.prompt(),
                    call.path(),
                    call.stopAtStep(),
                    call.generation(),
                    call.maxNewTokens(),
                    OnnxServer.key(EndpointPolicy.seed(call.key()))));
        }

        @Override
        public void close() {}
    }

    /// The local reward model without the end of paths, which an endpoint does not receive either.
    private record Untold(RewardModel reward) implements RewardModel {
        @Override
        public ModelCard card() {
            return reward.card();
        }

        @Override
        public CompletableFuture<Result.Scored> score(Call call) {
            return reward.score(new Call(call.problem().text(), call.path(), false));
        }

        @Override
        public void close() {}
    }

    /// @param same whether requests send ids: text is tokenized again, which can differ at the border of a step
    @ParameterizedTest
    @CsvSource({"beam-search, TOKENS, true", "dvts, TOKENS, true", "beam-search, COMPLETIONS, false"})
    void theTreeIsTheOneThatGrowsHere(String strategy, Api api, boolean same) {
        var folder = SampleModels.folder("policy-small");
        var prm = SampleModels.folder("prm");
        try (var server = new OnnxServer(folder, prm);
                var policy = Models.policy(folder, Device.CPU, 1);
                var reward = Models.reward(prm, Device.CPU, 1);
                var overHttp = new EndpointPolicy(endpoint(server, folder, ModelFolder.Kind.POLICY, api), ApiKey.NONE);
                var scoredOverHttp =
                        new EndpointReward(endpoint(server, folder, ModelFolder.Kind.PRM, api), ApiKey.NONE)) {
            var there = log(strategy, overHttp, scoredOverHttp);
            if (same) assertThat(there).isEqualTo(log(strategy, new Reseeded(policy), new Untold(reward)));
            else
                assertThat(there.stream().filter(SearchEvent.Ended.class::isInstance))
                        .hasSize(8);
            assertThat(server.http.count("/v1/completions")).isGreaterThan(8);
            assertThat(server.http.count("/pooling")).isPositive();
        }
    }
}
