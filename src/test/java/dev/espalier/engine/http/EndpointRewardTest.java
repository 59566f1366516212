package dev.espalier.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ChatFormat;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.http.endpoint.ApiKey;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.endpoint.Endpoint.Scores;
import dev.espalier.model.Cost;
import dev.espalier.model.Result;
import dev.espalier.model.RewardModel;
import dev.espalier.model.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class EndpointRewardTest {
    private static final ChatFormat PLAIN = new ChatFormat("plain", "Q: {problem}\nA: ");

    private final List<AutoCloseable> open = new ArrayList<>();
    private final FakeServer server = new FakeServer("vllm", "prm");

    @AfterEach
    void close() throws Exception {
        for (var one : open.reversed()) one.close();
        server.close();
    }

    private EndpointReward reward(@Nullable ChatFormat chat, Scores scores) {
        var e = EndpointPolicyTest.endpoint(List.of(server.url()));
        var reward = new EndpointReward(
                new Endpoint(
                        "judge",
                        ModelFolder.Kind.PRM,
                        "",
                        e.urls(),
                        "",
                        null,
                        null,
                        e.stop(),
                        "",
                        e.limits(),
                        e.timeouts(),
                        true,
                        "{\"task\":\"token_classify\"}",
                        chat,
                        "\n\n",
                        "Be strict.",
                        2048,
                        0,
                        0,
                        scores),
                ApiKey.NONE);
        open.add(reward);
        return reward;
    }

    private static RewardModel.Call call(String... steps) {
        return new RewardModel.Call(
                "1 + 1?",
                java.util.Arrays.stream(steps)
                        .map(text -> Step.of(text, new int[] {1}, new float[] {0}))
                        .toList(),
                true);
    }

    private Result.Scored score(EndpointReward reward, String... steps) {
        return reward.score(call(steps)).orTimeout(1, TimeUnit.MINUTES).join();
    }

    private void pools(Object rows) {
        server.on(
                "/pooling",
                request -> request.json(
                        200,
                        Map.of(
                                "data",
                                List.of(Map.of("index", 0, "object", "pooling", "data", rows)),
                                "usage",
                                Map.of("prompt_tokens", 11))));
    }

    private JsonNode asked(String path) {
        return server.bodies(path).getLast();
    }

    @Test
    void aTokenClassModelGivesTheSecondClassAtEachStepsEnd() {
        pools(List.of(List.of(0.1, 0.9), List.of(0.75, 0.25)));
        assertThat(score(reward(null, Scores.DEFAULT), "a\n\n", "b"))
                .isEqualTo(new Result.Scored(List.of(0.9, 0.25), new Cost(0, 11)));
        assertThat(asked("/pooling").path("messages").toString())
                .isEqualTo(
                        "[{\"role\":\"system\",\"content\":\"Be strict.\"},{\"role\":\"user\",\"content\":\"1 + 1?\"},{\"role\":\"assistant\",\"content\":\"a<extra_0>b<extra_0>\"}]");
        assertThat(asked("/pooling").path("task").asString()).isEqualTo("token_classify");
        assertThat(asked("/pooling").path("model").asString())
                .as("the only one there")
                .isEqualTo("prm");
    }

    @Test
    void aTemplateOfItsOwnIsSentAsText() {
        pools(List.of(List.of(0.1, 0.9)));
        score(
                reward(
                        new ChatFormat("own", "<s>{system}|{problem}|"),
                        new Scores("pooling", "<e>", Scores.Rows.STEPS, -1, 1, Scores.Activation.NONE, "<end>")),
                "a\n\n");
        assertThat(asked("/pooling").path("input").asString()).isEqualTo("<s>Be strict.|1 + 1?|a<e><end>");
        assertThat(asked("/pooling").path("add_special_tokens").asBoolean(true)).isFalse();
    }

    @Test
    void aValueHeadIsReadAtTheStepsTokens() {
        server.on("/tokenize", request -> request.json(200, Map.of("tokens", List.of(1, 2, 9, 3, 9))));
        pools(List.of(List.of(8), List.of(8), List.of(0), List.of(8), List.of(-2)));
        var scores = score(
                        reward(
                                new ChatFormat("own", "{system}{problem}"),
                                new Scores("pooling", "<e>", Scores.Rows.TOKENS, 9, 0, Scores.Activation.SIGMOID, "")),
                        "a\n\n",
                        "b\n\n")
                .scores();
        assertThat(scores).containsExactly(0.5, 1 / (1 + Math.exp(2)));
        assertThat(asked("/pooling").path("input").toString()).isEqualTo("[1,2,9,3,9]");
    }

    @Test
    void signTokensAreReadBySoftmax() {
        pools(List.of(List.of(2.0, 2.0), List.of(1, -1)));
        assertThat(score(
                                reward(
                                        null,
                                        new Scores(
                                                "pooling",
                                                "ки",
                                                Scores.Rows.STEPS,
                                                -1,
                                                0,
                                                Scores.Activation.SOFTMAX,
                                                "")),
                                "a\n\n",
                                "b")
                        .scores())
                .containsExactly(0.5, 1 / (1 + Math.exp(-2)));
    }

    @Test
    void aClassifierScoresThePathOfEachStep() {
        server.on(
                "/classify",
                request -> request.json(
                        200,
                        Map.of(
                                "data",
                                List.of(
                                        Map.of("index", 1, "probs", List.of(0.7)),
                                        Map.of("index", 0, "probs", List.of(0.2))))));
        var scores = new Scores("classify", "", Scores.Rows.STEPS, -1, 0, Scores.Activation.NONE, "");
        assertThat(score(reward(new ChatFormat("own", "{system}{problem}:"), scores), "a\n\n", "b")
                        .scores())
                .containsExactly(0.2, 0.7);
        assertThat(asked("/classify").path("input").toString())
                .isEqualTo("[\"Be strict.1 + 1?:a\\n\\n\",\"Be strict.1 + 1?:a\\n\\nb\"]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"embedding\": [0.2], \"meta_info\": {\"prompt_tokens\": 5}}, {\"embedding\": [0.7], \"meta_info\": {\"prompt_tokens\": 6}}]",
                "[{\"embedding\": 0.2, \"meta_info\": {\"prompt_tokens\": 11}}, {\"embedding\": 0.7}]",
                "[{\"probs\": [0.2], \"meta_info\": {\"prompt_tokens\": 11}}, {\"probs\": [0.7]}]",
                "[{\"scores\": [0.2], \"meta_info\": {\"prompt_tokens\": 11}}, {\"scores\": [0.7]}]",
                "[{\"score\": 0.2, \"meta_info\": {\"prompt_tokens\": 11}}, {\"score\": 0.7}]",
                "[{\"logits\": [0.2], \"meta_info\": {\"prompt_tokens\": 11}}, {\"logits\": [0.7]}]",
                "{\"data\": [{\"index\": 1, \"probs\": [0.7]}, {\"index\": 0, \"probs\": [0.2]}], \"usage\": {\"prompt_tokens\": 11}}",
                "{\"data\": [{\"embedding\": [0.2]}, {\"embedding\": [0.7]}], \"usage\": {\"prompt_tokens\": 11}}",
                "{\"data\": [{\"index\": 0, \"score\": 0.2}, {\"index\": 1, \"score\": 0.7}], \"usage\": {\"prompt_tokens\": 11}}",
                "{\"data\": [[0.2], [0.7]], \"usage\": {\"prompt_tokens\": 11}}"
            })
    void theNumbersOfTextsAreReadInTheFormsOfVllmAndSglang(String said) {
        server.on("/classify", request -> request.json(200, said));
        var scores = new Scores("classify", "", Scores.Rows.STEPS, -1, 0, Scores.Activation.NONE, "");
        assertThat(score(reward(new ChatFormat("own", "{system}{problem}:"), scores), "a\n\n", "b"))
                .isEqualTo(new Result.Scored(List.of(0.2, 0.7), new Cost(0, 11)));
    }

    @Test
    void sglangGetsTheTextsInItsOwnField() {
        try (var sglang = new FakeServer("sglang", "prm")) {
            sglang.on(
                    "/classify",
                    request -> request.json(
                            request.body().has("text") ? 200 : 422, "[{\"embedding\": [0]}, {\"embedding\": [2]}]"));
            var e = EndpointPolicyTest.endpoint(List.of(sglang.url()));
            var scores = new Scores("classify", "", Scores.Rows.STEPS, -1, 0, Scores.Activation.SIGMOID, "");
            var endpoint = new Endpoint(
                    "judge",
                    ModelFolder.Kind.PRM,
                    "",
                    e.urls(),
                    "",
                    null,
                    null,
                    e.stop(),
                    "",
                    e.limits(),
                    e.timeouts(),
                    true,
                    "",
                    PLAIN,
                    "\n\n",
                    "",
                    2048,
                    0,
                    0,
                    scores);
            try (var reward = new EndpointReward(endpoint, ApiKey.NONE)) {
                assertThat(score(reward, "a\n\n", "b").scores()).containsExactly(0.5, 1 / (1 + Math.exp(-2)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens in the input for classification.",
                "The input (5000 tokens) is longer than the model's context length (4096 tokens).",
                "request (5000 tokens) exceeds the available context size (4096 tokens)",
                "input is too large to process. increase the physical batch size",
                "Input validation error: `inputs` must have less than 512 tokens. Given: 600",
                "the input length exceeds the context length",
                "Input is too long for requested model.",
                "Sequence length 5000 exceeds max_position_embeddings 4096",
                "Prompt length (5000) exceeds maximum input length (4096)",
                "litellm.ContextWindowExceededError: prompt is too long"
            })
    void aPathThatIsTooLongHasNoScoreAndIsNoError(String message) {
        server.on("/pooling", request -> request.json(400, Map.of("error", Map.of("message", message))));
        var scored = score(reward(null, Scores.DEFAULT), "a\n\n", "b");
        assertThat(scored.scores()).isEmpty();
        assertThat(scored.note()).startsWith("the reward model judge rejects the request (400: " + message);
        assertThat(server.count("/pooling")).isEqualTo(1);
    }

    @Test
    void nothingToScoreSendsNoRequest() {
        assertThat(score(reward(null, Scores.DEFAULT))).isEqualTo(new Result.Scored(List.of(), Cost.NONE));
        assertThat(score(reward(null, Scores.DEFAULT), "")).isEqualTo(new Result.Scored(List.of(), Cost.NONE));
    }

    @Test
    void contradictionsAreReported() {
        pools(List.of(List.of(0.1, 0.9)));
        assertThatThrownBy(() -> score(reward(null, Scores.DEFAULT), "a\n\n", "b"))
                .hasCauseInstanceOf(EspalierException.class)
                .hasMessageContaining("returned 1 scores for 2 steps");
        pools(List.of(List.of(0.1)));
        assertThatThrownBy(() -> score(reward(null, Scores.DEFAULT), "a"))
                .hasMessageContaining("returns 1 numbers per row and \"column\" is 1");
        pools(List.of(List.of(3, 5)));
        assertThatThrownBy(() -> score(reward(null, Scores.DEFAULT), "a"))
                .hasMessageContaining("5.0, which is not a probability; set \"activation\"");
        assertThatThrownBy(() ->
                        reward(null, new Scores("classify", "", Scores.Rows.STEPS, -1, 0, Scores.Activation.NONE, "")))
                .hasMessageContaining("needs \"chat\" in its file");
        server.on("/pooling", request -> request.json(500, Map.of("error", "no")));
        assertThatThrownBy(() -> score(reward(PLAIN, Scores.DEFAULT), "a"))
                .hasMessageContaining("has no place for a system prompt");
    }
}
