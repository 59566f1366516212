package dev.espalier.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.engine.http.endpoint.ApiKey;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.endpoint.Endpoint.Api;
import dev.espalier.engine.http.wire.Time;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Endless answers, impossible counts, and answers without text are neither awaited, trusted nor kept.
class EndpointBoundsTest extends EndpointCase {
    private static final String CHAT = "/v1/chat/completions";

    private EndpointPolicy chat(FakeServer server) {
        return policy(server, e -> with(e, Api.CHAT, e.stop(), e.limits(), e.timeouts(), true));
    }

    private static String event(String json) {
        return "data: " + json + "\n\n";
    }

    static Stream<Arguments> endless() {
        var manyTokens = String.join(",", Collections.nCopies(50, "{\"token\":\"a\",\"logprob\":-1}"));
        return Stream.of(
                Arguments.of(
                        "text",
                        "text/event-stream",
                        event("{\"choices\":[{\"delta\":{\"content\":\"ha\"}}]}"),
                        "generates more than the 200 requested tokens"),
                Arguments.of(
                        "long pieces",
                        "text/event-stream",
                        event("{\"choices\":[{\"delta\":{\"content\":\"" + "ha ".repeat(30_000) + "\"}}]}"),
                        "generates more than the 200 requested tokens"),
                Arguments.of(
                        "empty pieces",
                        "text/event-stream",
                        event("{\"choices\":[{\"delta\":{\"content\":\"\"}}]}"),
                        "sends parts of an answer without text"),
                Arguments.of(
                        "no choices",
                        "text/event-stream",
                        event("{\"choices\":[]}"),
                        "sends parts of an answer without text"),
                Arguments.of(
                        "reasoning",
                        "text/event-stream",
                        event("{\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}"),
                        "requested tokens, without text; turn its reasoning off"),
                Arguments.of(
                        "log-probabilities",
                        "text/event-stream",
                        event("{\"choices\":[{\"delta\":{},\"logprobs\":{\"content\":[" + manyTokens + "]}}]}"),
                        "generates more than the 200 requested tokens"),
                Arguments.of(
                        "ids",
                        "text/event-stream",
                        event("{\"choices\":[{\"delta\":{},\"token_ids\":[1,2,3,4,5,6,7,8,9]}]}"),
                        "generates more than the 200 requested tokens"),
                Arguments.of(
                        "signs of life",
                        "text/event-stream",
                        ": alive\n\n".repeat(1000),
                        "sends more than 1 MB, which exceeds the request"),
                Arguments.of("a line", "text/event-stream", "x".repeat(10_000), "sends more than 1 MB"),
                Arguments.of(
                        "data without an end", "text/event-stream", "data: x\n".repeat(1000), "sends more than 1 MB"),
                Arguments.of("a document", "application/json", " ".repeat(999) + "\n", "sends more than 1 MB"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endless")
    void endlessAnswersAreCutOff(String name, String type, String piece, String message) {
        var server = server("someone").on(CHAT, request -> {
            request.exchange().getResponseHeaders().add("Content-Type", type);
            request.exchange().sendResponseHeaders(200, 0);
            while (true) request.exchange().getResponseBody().write(piece.getBytes(StandardCharsets.UTF_8));
        });
        var policy = chat(server);
        assertThatThrownBy(() -> sample(policy, call(false, 0)))
                .hasCauseInstanceOf(EspalierException.class)
                .hasMessageContaining(message);
        assertThat(server.count(CHAT)).as("and not asked again").isEqualTo(1);
    }

    @Test
    void aReasoningModelIsWaitedFor() {
        var pieces = new ArrayList<Object>(Collections.nCopies(
                150, Map.of("choices", List.of(Map.of("delta", Map.of("reasoning_content", "hm"))))));
        pieces.add(Map.of("choices", List.of(Map.of("delta", Map.of("content", "7"), "finish_reason", "stop"))));
        assertThat(sample(chat(server("someone").on(CHAT, request -> request.stream(pieces, true))), call(false, 0))
                        .steps())
                .extracting(Step::text)
                .containsExactly("7");
    }

    @Test
    void endlessListsOfModelsAndErrorsAreCutOff() {
        var server = server("someone").on("/v1/models", request -> {
            request.exchange().sendResponseHeaders(200, 0);
            while (true)
                request.exchange().getResponseBody().write(" ".repeat(100_000).getBytes(StandardCharsets.UTF_8));
        });
        assertThatThrownBy(() -> policy(server))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("sends more than 8 MB");
        var failing = server("someone").on(CHAT, request -> {
            request.exchange().sendResponseHeaders(400, 0);
            while (true)
                request.exchange().getResponseBody().write("no ".repeat(100_000).getBytes(StandardCharsets.UTF_8));
        });
        assertThatThrownBy(() -> sample(chat(failing), call(false, 0)))
                .hasMessageContaining("rejects the request (400: no no")
                .message()
                .hasSizeLessThan(600);
    }

    private Result.Sampled counted(Object prompt, Object completion) {
        var usage = new HashMap<String, Object>();
        usage.put("prompt_tokens", prompt);
        usage.put("completion_tokens", completion);
        var server = server("someone")
                .on(
                        CHAT,
                        request -> request.json(
                                200,
                                Map.of(
                                        "choices",
                                        List.of(Map.of(
                                                "message", Map.of("content", "Twelve chars"), "finish_reason", "stop")),
                                        "usage",
                                        usage)));
        return sample(chat(server), call(false, 0));
    }

    @Test
    void plausibleCountsAreUsed() {
        assertThat(counted(10, 4).cost()).isEqualTo(new Cost(4, 13));
        assertThat(counted(10, 201).cost().generated())
                .as("with the token that ends the text")
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(longs = {202, 50_000_000, 500_000_000, Integer.MAX_VALUE, Long.MAX_VALUE, -3})
    void aCountAboveTheRequestedNumberIsIgnored(long count) {
        var result = counted(count < 1000 ? count - 300 : count, count);
        assertThat(result.cost()).as("a token for four characters, and the end").isEqualTo(new Cost(4, 4));
        assertThat(result.steps())
                .hasSize(1)
                .allSatisfy(step -> assertThat(step.tokens()).hasSize(3));
    }

    @Test
    void moreTokensThanATextHasBytesAreNotGivenToItsSteps() {
        assertThat(counted(10, 200).steps().getFirst().tokens())
                .as("at most three a character")
                .hasSizeLessThanOrEqualTo(36);
        assertThat(Counts.spells(3 * 12 + 16, "Twelve chars")).isTrue();
        assertThat(Counts.spells(3 * 12 + 17, "Twelve chars")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "400 ; returns 400 token ids for a text of 3 characters",
                "100000 ; generates more than the 200 requested tokens"
            })
    void idsThatCannotSpellTheTextAreRefused(int count, String message) {
        var ids = IntStream.range(0, count).boxed().toList();
        var server = server("vllm")
                .on("/tokenize", request -> request.json(200, Map.of("tokens", List.of(5))))
                .on(
                        COMPLETIONS,
                        request -> request.json(
                                200,
                                Map.of(
                                        "choices",
                                        List.of(Map.of("text", "abc", "finish_reason", "stop", "token_ids", ids)))));
        var policy = policy(server, e -> with(e, Api.TOKENS, e.stop(), e.limits(), e.timeouts(), true));
        assertThatThrownBy(() -> sample(policy, call(false, 0))).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\0',
            value = {
                "[99999999999] ; returns invalid token ids", "[-5] ; returns invalid token ids",
                        "[\"x\"] ; returns invalid token ids",
                "[1.5] ; returns invalid token ids", "many ; returns 100000 token ids for a text of",
                        "[] ; returns no token ids of the prompt"
            })
    void idsOfAPromptAreChecked(String tokens, String message) {
        var given = tokens.equals("many") ? "[" + "1,".repeat(99_999) + "1]" : tokens;
        var server = server("vllm").on("/tokenize", request -> request.json(200, "{\"tokens\": " + given + "}"));
        var policy = policy(server, e -> with(e, Api.TOKENS, e.stop(), e.limits(), e.timeouts(), true));
        assertThatThrownBy(() -> sample(policy, call(false, 0))).hasMessageContaining(message);
    }

    private Result.Sampled said(String choice, int tokens) {
        var server = server("someone")
                .on(
                        CHAT,
                        request -> request.json(
                                200,
                                "{\"choices\": [" + choice
                                        + "], \"usage\": {\"prompt_tokens\": 9, \"completion_tokens\": " + tokens
                                        + "}}"));
        return sample(chat(server), call(false, 0));
    }

    @Test
    void aTextInPartsIsReadAndAnEmptyOneIsAnEnd() {
        assertThat(said(
                                "{\"message\": {\"content\": [{\"type\": \"text\", \"text\": \"so \"}, {\"type\": \"text\", \"text\": \"7\"}]}, \"finish_reason\": \"stop\"}",
                                3)
                        .steps())
                .extracting(Step::text)
                .containsExactly("so 7");
        assertThat(said("{\"message\": {\"content\": \"\"}, \"finish_reason\": \"stop\"}", 1))
                .isEqualTo(new Result.Sampled(List.of(), Finish.STOP, new Cost(1, 9)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\0',
            value = {
                "{\"message\": {\"content\": null}, \"finish_reason\": \"stop\"} ; 30 ; generated 30 tokens but returned no text",
                "{\"message\": {\"content\": \"\"}, \"finish_reason\": \"stop\"} ; 30 ; generated 30 tokens but returned no text",
                "{\"message\": {\"content\": null}, \"finish_reason\": \"stop\"} ; -1 ; returned an answer without text",
                "{\"message\": {\"content\": null, \"tool_calls\": [{}]}, \"finish_reason\": \"stop\"} ; 30 ; returned reasoning or a tool call, but no answer text (its text is in \"tool_calls\", and \"content\" is empty); turn its reasoning off",
                "{\"message\": {\"content\": \"\", \"reasoning_content\": \"hm\"}, \"finish_reason\": \"stop\"} ; 30 ; returned reasoning or a tool call, but no",
                "{\"message\": {\"content\": [{\"type\": \"thinking\", \"thinking\": \"hm\"}]}, \"finish_reason\": \"stop\"} ; 30 ; returned reasoning or a tool call, but no"
            })
    void anAnswerWithoutTextIsAFailureAndNotAnEmptyCandidate(String choice, int tokens, String message) {
        assertThatThrownBy(() -> said(choice, tokens))
                .hasCauseInstanceOf(EspalierException.class)
                .hasMessageContaining(message);
    }

    @Test
    void invalidLogProbabilitiesAreUnknown() {
        var result = said(
                "{\"message\": {\"content\": \"abcd\"}, \"logprobs\": {\"content\": [{\"token\": \"a\", \"logprob\": 5}, {\"token\": \"b\", \"logprob\": -1e999}, {\"token\": \"c\", \"logprob\": -1}, "
                        + "{\"token\": \"d\", \"logprob\": 0}]}, \"finish_reason\": \"length\"}",
                4);
        assertThat(result.steps().getFirst().logProbs()).containsExactly(Float.NaN, Float.NaN, -1, 0);
    }

    @Test
    void waitingCallersGetEveryException() {
        var server = server("someone");
        try (var connection = new Connection(endpoint(List.of(server.url())), ApiKey.NONE, Time.REAL)) {
            for (var thrown : List.of(
                    new StackOverflowError("deep"), new AssertionError("odd"), new IllegalStateException("odd"))) {
                var answer = connection.<String>ask(url -> {
                    if (thrown instanceof Error error) throw error;
                    throw (RuntimeException) thrown;
                });
                assertThatThrownBy(() -> answer.orTimeout(1, TimeUnit.MINUTES).join())
                        .hasCauseInstanceOf(EspalierException.class)
                        .hasMessageContaining("The answer of the endpoint test could not be read: an internal error")
                        .hasMessageNotContaining("deep")
                        .hasMessageNotContaining("odd");
            }
            var full = connection.<String>ask(url -> {
                throw new OutOfMemoryError("Java heap space");
            });
            assertThatThrownBy(() -> full.orTimeout(1, TimeUnit.MINUTES).join())
                    .hasMessageContaining("Java ran out of memory for an answer of the endpoint test");
            assertThat(connection.pool.inFlight()).isZero();
        }
    }

    @Test
    void aKeyIsSentOnlyToItsServersAndRedirectsAreNotFollowed() {
        var other = server("someone").on(CHAT, Ruled.VLLM::answer);
        var server = server("someone")
                .on(
                        CHAT,
                        request -> request.text(
                                307, "", "text/plain", "Location", other.url() + "/chat/completions?key=hidden"));
        var endpoint = with(
                endpoint(List.of(server.url())),
                Api.CHAT,
                Endpoint.Stop.AUTO,
                Endpoint.Limits.DEFAULT,
                Endpoint.Timeouts.DEFAULT,
                true);
        var key = ApiKey.read("ESPALIER_KEY", endpoint.urls(), _ -> "sk-secret-4711", account -> account);
        var policy = new EndpointPolicy(endpoint, key);
        open.add(policy);
        assertThatThrownBy(() -> sample(policy, call(false, 0)))
                .hasMessageContaining("redirects requests to http://localhost:"
                        + other.url().getPort() + " (307), which Espalier does not follow")
                .hasMessageNotContaining("hidden");
        assertThat(server.authorizations()).isNotEmpty().containsOnly("Bearer sk-secret-4711");
        assertThat(other.count(CHAT)).isZero();
        assertThat(other.authorizations()).isEmpty();
    }

    @Test
    void anAnswerWithTheKeyIsDiscardedAndAListOfModelsIsShownWithoutIt() {
        var server = new FakeServer("someone", "sk-secret-4711", "other");
        open.add(server);
        var endpoint = endpoint(List.of(server.url()));
        var key = ApiKey.read("ESPALIER_KEY", endpoint.urls(), _ -> "sk-secret-4711", account -> account);
        assertThatThrownBy(() -> new EndpointPolicy(endpoint, key)).hasMessageContaining("it has the models …, other.");
        var telling = server("someone")
                .on(
                        COMPLETIONS,
                        request -> request.json(
                                200,
                                Map.of(
                                        "choices",
                                        List.of(Map.of("text", "it is sk-secret-4711", "finish_reason", "stop")))));
        var policy = new EndpointPolicy(
                endpoint(List.of(telling.url())),
                ApiKey.read("ESPALIER_KEY", List.<URI>of(), _ -> "sk-secret-4711", account -> account));
        open.add(policy);
        assertThatThrownBy(() -> sample(policy, call(false, 0)))
                .hasMessageContaining("repeats the key in its answer; Espalier discarded the answer")
                .hasMessageNotContaining("4711");
    }
}
