package dev.espalier.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.engine.http.endpoint.Endpoint.Api;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How requests set top-p, top-k and min-p.
class EndpointSamplingTest extends EndpointCase {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                "vllm ; 40 ; 0.05 ; -", "sglang ; 40 ; 0.05 ; -",
                        "llamacpp ; 40 ; 0.05 ; [\"temperature\",\"top_k\",\"min_p\",\"top_p\"]",
                        "someone ; 40 ; 0.05 ; -",
                "vllm ; 0 ; 0 ; -", "llamacpp ; 0 ; 0 ; [\"temperature\",\"top_k\",\"min_p\",\"top_p\"]",
                        "someone ; 0 ; 0 ; -", "someone ; 40 ; 0 ; -"
            })
    void topKAndMinPAreSentIfTheServerSupportsThemAndToOthersOnlyIfSet(
            String owner, int k, double minP, String samplers) {
        var server = server(owner).on(COMPLETIONS, Ruled.VLLM::answer);
        sample(policy(server), cut(k, minP));
        var body = server.bodies(COMPLETIONS).getFirst();
        boolean other = owner.equals("someone");
        assertThat(body.has("top_k")).isEqualTo(!other || k > 0);
        assertThat(body.has("min_p")).isEqualTo(!other || minP > 0);
        if (body.has("top_k"))
            assertThat(body.path("top_k").asInt()).isEqualTo(k > 0 ? k : owner.equals("llamacpp") ? 0 : -1);
        if (body.has("min_p")) assertThat(body.path("min_p").asDouble()).isEqualTo(minP);
        assertThat(body.has("samplers") ? body.path("samplers").toString() : null)
                .as("llama.cpp cuts before the temperature unless it is told otherwise")
                .isEqualTo(samplers);
    }

    private static LanguageModel.Call cut(int k, double minP) {
        return new LanguageModel.Call(
                "What is 1 + 1?", List.of(), true, new Generation(0.8, 0.9, k, minP, 200, "\n\n", ""), 200, key(0));
    }

    @Test
    void aServerThatRejectsTopKIsQuotedWithAdviceAndOllamaGetsNoSuchRequest() {
        var strict = server("someone")
                .on(
                        COMPLETIONS,
                        request -> request.json(
                                400,
                                Map.of("error", Map.of("message", "Unrecognized request argument supplied: top_k"))));
        assertThatThrownBy(() -> sample(policy(strict), cut(40, 0)))
                .hasCauseInstanceOf(EspalierException.class)
                .hasMessageContaining(
                        "rejects the request (400: Unrecognized request argument supplied: top_k); change that sampling setting (top-k and min-p 0");
        assertThatThrownBy(() -> sample(policy(strict), call(true, 0)))
                .as("nothing was cut")
                .hasMessageNotContaining("top-k or min-p");
        var ollama = server("library");
        var policy = policy(ollama, e -> with(e, Api.CHAT, e.stop(), e.limits(), e.timeouts(), true));
        assertThatThrownBy(() -> sample(policy, cut(0, 0.1)))
                .hasCauseInstanceOf(EspalierException.class)
                .hasMessageContaining("Ollama takes no top-k and no min-p");
        assertThat(ollama.count("/v1/chat/completions"))
                .as("it would leave them out without a word")
                .isZero();
    }

    @Test
    void aKindOfServerThatIsOneClassAndOneLineIsRecognisedAndAskedInItsWords() {
        var server = server("house-inference").on(COMPLETIONS, Ruled.VLLM::answer);
        var policy = policy(server);
        assertThat(sample(policy, cut(40, 0)).steps()).isNotEmpty();
        var body = server.bodies(COMPLETIONS).getFirst();
        assertThat(body.path("nucleus_count").asInt()).isEqualTo(40);
        assertThat(body.path("keep_stop").asBoolean()).isTrue();
        assertThat(body.has("top_k")).isFalse();
        assertThat(body.path("stop").path(0).asString(""))
                .as("the server ends a step")
                .isEqualTo("\n\n");
        assertThat(policy.card().device()).contains("(house, completions)");
        assertThatThrownBy(() -> sample(policy, cut(0, 0.1)))
                .hasCauseInstanceOf(EspalierException.class)
                .hasMessageContaining("The house server has no min-p; set it to 0.");
    }
}
