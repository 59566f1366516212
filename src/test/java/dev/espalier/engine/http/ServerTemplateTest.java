package dev.espalier.engine.http;

import static dev.espalier.engine.http.RuledChat.CHAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ChatFormat;
import dev.espalier.engine.http.endpoint.ApiKey;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.endpoint.Endpoint.Api;
import dev.espalier.model.Step;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Prompts that the server renders.
class ServerTemplateTest extends EndpointCase {
    private static final String TEMPLATE = "/apply-template";
    private static final Step STEP = Step.of("## Step 1: é12.\n\n", new int[] {-1, -1}, new float[] {-1, -1});

    /// Renders the rule's template.
    private static void render(FakeServer.Request request) throws java.io.IOException {
        var problem = request.body()
                .path("messages")
                .valueStream()
                .filter(message -> message.path("role").asString().equals("user"))
                .findFirst()
                .orElseThrow()
                .path("content")
                .asString();
        request.json(200, Map.of("prompt", Ruled.TEMPLATE.replace("{problem}", problem)));
    }

    private FakeServer llama() {
        return server("llamacpp")
                .on(COMPLETIONS, new Ruled(false, false, true, true, true)::answer)
                .on(CHAT, RuledChat.LLAMA_CPP::answer);
    }

    private static Endpoint endpoint(FakeServer server, @Nullable Api api, @Nullable ChatFormat chat) {
        var e = endpoint(List.of(server.url()));
        return new Endpoint(
                e.name(),
                e.kind(),
                "",
                e.urls(),
                "m",
                null,
                api,
                e.stop(),
                "",
                e.limits(),
                e.timeouts(),
                true,
                "{\"chat_template_kwargs\": {\"enable_thinking\": false}}",
                chat,
                "\n\n",
                "",
                200,
                0,
                0,
                e.scores());
    }

    private EndpointPolicy opened(FakeServer server, @Nullable Api api, @Nullable ChatFormat chat) {
        var policy = new EndpointPolicy(endpoint(server, api, chat), ApiKey.NONE);
        open.add(policy);
        return policy;
    }

    @Test
    void llamaCppContinuesTextBehindThePromptThatItRendered() {
        var server = llama().on(TEMPLATE, ServerTemplateTest::render);
        var policy = opened(server, null, null);
        int asked = server.count(TEMPLATE);
        for (int sample = 0; sample < 3; sample++) {
            var call = call(true, sample, STEP);
            assertThat(sample(policy, call)).isEqualTo(expected(call));
        }
        assertThat(server.count(CHAT)).isZero();
        assertThat(server.count(TEMPLATE) - asked)
                .as("a prompt is rendered once")
                .isEqualTo(1);
        var body = server.bodies(TEMPLATE).getLast();
        assertThat(body.path("messages").toString()).isEqualTo("[{\"role\":\"user\",\"content\":\"What is 1 + 1?\"}]");
        assertThat(body.path("chat_template_kwargs").path("enable_thinking").asBoolean(true))
                .isFalse();
        assertThat(server.bodies(COMPLETIONS).getFirst().path("prompt").asString())
                .isEqualTo("Q: What is 1 + 1?\nA: " + STEP.text());
        assertThat(policy.card().device()).contains("(llama.cpp, completions)");
        assertThat(Endpoints.ask(endpoint(server, null, null)).message())
                .contains("in the model's own template, which the server renders.");
    }

    @ParameterizedTest
    @CsvSource({"404, {}", "200, {}", "200, {\"prompt\": \"\"}", "400, {}"})
    void withoutTheRouteItIsAChat(int status, String said) {
        var server = llama().seeingProbes().on(TEMPLATE, request -> request.json(status, said));
        var policy = opened(server, null, null);
        var call = call(true, 0, STEP);
        assertThat(Step.text(sample(policy, call).steps()))
                .isEqualTo(Step.text(expected(call).steps()));
        assertThat(server.count(COMPLETIONS)).isZero();
        assertThat(policy.card().device()).contains("(llama.cpp, chat)");
    }

    @Test
    void completionsNeedNoChatFormatWhereTheServerRendersPrompts() {
        var server = llama().on(TEMPLATE, ServerTemplateTest::render);
        var call = call(true, 0, STEP);
        assertThat(sample(opened(server, Api.COMPLETIONS, null), call)).isEqualTo(expected(call));
        assertThat(server.count(CHAT)).isZero();
        for (var without : List.of(llama(), server("someone"), server("vllm")))
            assertThatThrownBy(() -> opened(without, Api.COMPLETIONS, null))
                    .isInstanceOf(EspalierException.class)
                    .hasMessageContaining("renders no prompts, so \"api\": \"completions\" needs \"chat\"");
    }

    @Test
    void theFilesApiAndChatFormatTakePrecedence() {
        var server = llama().on(TEMPLATE, ServerTemplateTest::render);
        assertThat(opened(server, Api.CHAT, null).card().device()).contains("(llama.cpp, chat)");
        sample(opened(server, null, new ChatFormat("own", "[{problem}]")), call(true, 0));
        assertThat(server.bodies(COMPLETIONS).getLast().path("prompt").asString())
                .isEqualTo("[What is 1 + 1?]");
        assertThat(server.count(TEMPLATE)).isZero();
    }
}
