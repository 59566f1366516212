package dev.espalier.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.engine.http.endpoint.ApiKey;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.endpoint.Endpoint.Api;
import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What servers say about one request ends its path at most, and is told.
class ServersInTroubleTest extends EndpointCase {
    private static final String CHAT = "/v1/chat/completions";
    private static final String GOOD =
            "{\"choices\": [{\"message\": {\"content\": \"It is 7.\"}, \"finish_reason\": \"stop\"}]}";
    private static final Step STEP = Step.of("First.\n\n", new int[] {-1, -1}, new float[] {0, 0});

    private EndpointPolicy chat(FakeServer server) {
        return policy(server, e -> with(e, Api.CHAT, e.stop(), e.limits(), e.timeouts(), true));
    }

    private FakeServer answering(int status, String document) {
        return server("someone").on(CHAT, request -> request.json(status, document));
    }

    private static LanguageModel.Call at(double temperature, double topP) {
        return new LanguageModel.Call(
                "What is 3 + 4?", List.of(), true, new Generation(temperature, topP, 200, "\n\n", ""), 200, key(0));
    }

    // A context that is full

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\0',
            value = {
                "400 ; {\"object\": \"error\", \"message\": \"This model's maximum context length is 128 tokens. However, you requested 2100 tokens.\", \"code\": 400}",
                "400 ; {\"error\": {\"message\": \"The decoder prompt (length 5000) is longer than the maximum model length of 4096. Make sure that max_model_len is no smaller.\"}}",
                "400 ; {\"error\": {\"message\": \"You passed 5000 input tokens and requested 10 output tokens. However, the model's context length is only 4096 tokens.\"}}",
                "400 ; {\"object\": \"error\", \"message\": \"The input (5000 tokens) is longer than the model's context length (4096 tokens).\"}",
                "400 ; {\"message\": \"Input length (5000 tokens) exceeds the maximum allowed length (4096 tokens). Use a shorter input or enable --allow-auto-truncate.\"}",
                "400 ; {\"error\": {\"code\": 400, \"message\": \"request (5000 tokens) exceeds the available context size (4096 tokens)\", \"type\": \"exceed_context_size_error\"}}",
                "500 ; {\"error\": {\"code\": 500, \"message\": \"Context size has been exceeded.\", \"type\": \"server_error\"}}",
                "500 ; {\"error\": {\"message\": \"input is too large to process. increase the physical batch size\"}}",
                "400 ; {\"error\": \"the input length exceeds the context length\"}",
                "422 ; {\"error\": \"Input validation error: `inputs` must have less than 1024 tokens. Given: 1500\", \"error_type\": \"validation\"}",
                "422 ; {\"error\": \"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 128. Given: 152 `inputs` tokens and 20 `max_new_tokens`\"}",
                "400 ; {\"error\": \"Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough.\"}",
                "400 ; {\"error\": {\"message\": \"Your input exceeds the context window of this model.\", \"code\": \"context_length_exceeded\", \"param\": \"messages\"}}",
                "400 ; {\"error\": {\"message\": \"Input tokens exceed the configured limit of 272000 tokens.\", \"code\": \"context_length_exceeded\"}}",
                "400 ; {\"type\": \"error\", \"error\": {\"type\": \"invalid_request_error\", \"message\": \"prompt is too long: 207310 tokens > 200000 maximum\"}}",
                "400 ; {\"type\": \"error\", \"error\": {\"type\": \"invalid_request_error\", \"message\": \"input length and `max_tokens` exceed context limit: 200100 + 200 > 200000, decrease input length\"}}",
                "413 ; {\"type\": \"error\", \"error\": {\"type\": \"request_too_large\", \"message\": \"Request exceeds the maximum size\"}}",
                "413 ; ",
                "400 ; [{\"error\": {\"code\": 400, \"message\": \"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).\", \"status\": \"INVALID_ARGUMENT\"}}]",
                "400 ; {\"error\": {\"message\": \"Unable to submit request because the input token count is 40000 but the model only supports up to 32768.\"}}",
                "422 ; {\"error\": {\"message\": \"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097.\", \"type\": \"invalid_request_error\"}}",
                "400 ; {\"object\": \"error\", \"message\": \"Prompt contains 5000 tokens and 0 draft tokens, too large for model with 4096 maximum context length\"}",
                "400 ; {\"detail\": {\"error\": \"Requested input length 5000 exceeds maximum input length 4096\"}}",
                "400 ; {\"error\": {\"message\": \"litellm.ContextWindowExceededError: litellm.BadRequestError: OpenAIException\", \"type\": null, \"code\": \"400\"}}",
                "400 ; {\"error\": {\"message\": \"Please reduce the length of the messages or completion.\", \"code\": \"context_length_exceeded\"}}",
                "400 ; {\"error\": {\"message\": \"The prompt is too long: 9000, model maximum context length: 8191\"}}",
                "400 ; {\"message\": \"too many tokens: total number of tokens in the prompt cannot exceed 4081\"}",
                "400 ; {\"message\": \"Input is too long for requested model.\"}",
                "400 ; {\"error\": \"This model's maximum prompt length is 131072 but the request contains 537812 tokens.\"}",
                "400 ; {\"error\": {\"message\": \"Range of input length should be [1, 30720]\", \"code\": \"invalid_parameter_error\"}}",
                "400 ; {\"error\": {\"message\": \"Invalid request: Your request exceeded model token limit: 8192\"}}",
                "200 ; {\"error\": {\"message\": \"This model's maximum context length is 128 tokens.\", \"code\": 400}}",
                "200 ; {\"base_resp\": {\"status_code\": 2013, \"status_msg\": \"invalid params, context window exceeds limit\"}}"
            })
    void aPathForWhichTheServerHasNoRoomEndsAndIsNoError(int status, String said) {
        var server = answering(status, said == null ? "" : said);
        var result = sample(chat(server), call(true, 0, STEP));
        assertThat(result.finish()).isEqualTo(Finish.LENGTH);
        assertThat(result.steps()).isEmpty();
        assertThat(result.note()).startsWith("the server has no room left for it in its context");
        assertThat(server.count(CHAT)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The model `m` does not exist.",
                "substring not found",
                "Invalid value for 'content': expected a string, got null.",
                "messages: roles must alternate between \"user\" and \"assistant\"",
                "Assistant response prefill is incompatible with enable_thinking.",
                "context_length is not a field of this request",
                "Your account balance is too low.",
                "The image is too large.",
                "Unsupported model",
                "System role not supported"
            })
    void otherRefusalsAreNotTakenForAFullContext(String message) {
        var policy = chat(answering(400, "{\"error\": {\"message\": \"" + message.replace("\"", "\\\"") + "\"}}"));
        assertThatThrownBy(() -> sample(policy, call(true, 0, STEP)))
                .hasCauseInstanceOf(EspalierException.class)
                .hasMessageContaining("rejects the request (400: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\0',
            value = {
                "100 ; 76 ; This model's maximum context length is 128 tokens. However, you requested 252 tokens (52 in the messages, 200 in the completion).",
                "100 ; 76 ; 'max_tokens' or 'max_completion_tokens' is too large: 200. This model's maximum context length is 128 tokens and your request has 52 input tokens (200 > 128 - 52).",
                "100 ; 76 ; Requested token count exceeds the model's maximum context length of 128 tokens. You requested a total of 252 tokens: 52 tokens from the input messages and 200 tokens for the completion.",
                "100 ; 76 ; `inputs` tokens + `max_new_tokens` must be <= 128. Given: 52 `inputs` tokens and 200 `max_new_tokens`",
                "100 ; 76 ; input length and `max_tokens` exceed context limit: 52 + 200 > 128",
                "100 ; 76 ; You passed 52 input tokens and requested 200 output tokens. However, the model's context length is only 128 tokens.",
                "100 ; 76 ; This endpoint's maximum context length is 128 tokens. However, you requested about 252 tokens (52 of text input, 200 in the output).",
                "100 ; 100 ; max_tokens is too large: 200. This model supports at most 100 completion tokens, whereas you provided 200.",
                "100 ; 100 ; `max_new_tokens` must be <= 100. Given: 200",
                "100 ; 100 ; max_tokens: 200 > 100, which is the maximum allowed number of output tokens"
            })
    void aRequestThatFitsWithFewerNewTokensIsMadeAgain(int most, int fits, String message) {
        var server = server("someone").on(CHAT, request -> {
            if (request.body().path("max_tokens").asInt() > most)
                request.json(400, Map.of("error", Map.of("message", message)));
            else request.json(200, GOOD);
        });
        assertThat(sample(chat(server), call(true, 0)).finish()).isEqualTo(Finish.STOP);
        assertThat(server.bodies(CHAT).getLast().path("max_tokens").asInt()).isEqualTo(fits);
    }

    @Test
    void aContextThatIsFullInTheMiddleOfATextKeepsTheText() {
        var server = server("someone")
                .on(
                        CHAT,
                        request -> request.stream(
                                List.of(
                                        Map.of("choices", List.of(Map.of("delta", Map.of("content", "So far")))),
                                        Map.of(
                                                "error",
                                                Map.of("message", "Context size has been exceeded.", "code", 500))),
                                true));
        var result = sample(chat(server), call(true, 0));
        assertThat(Step.text(result.steps())).isEqualTo("So far");
        assertThat(result.finish()).isEqualTo(Finish.LENGTH);
        assertThat(result.note()).startsWith("the server has no room left for it in its context");
    }

    @Test
    void aProblemThatDoesNotFitIsAnErrorThatSaysWhatToSet() {
        var policy = chat(answering(400, "{\"error\": {\"message\": \"The prompt is too long: 9000 tokens\"}}"));
        assertThatThrownBy(() -> sample(policy, call(true, 0)))
                .hasMessageContaining("\"max_new_tokens\" in the endpoint's file");
    }

    // Finish reasons

    private Result.Sampled finishedBy(String reason) {
        return sample(
                chat(answering(
                        200,
                        "{\"choices\": [{\"message\": {\"content\": \"It is $\\\\boxed{7}$.\"}, \"finish_reason\": %s}]}"
                                .formatted(reason))),
                call(true, 0, STEP));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"tool_calls\"",
                "\"function_call\"",
                "\"repetition\"",
                "\"unknown\"",
                "\"OTHER\"",
                "\"pause_turn\"",
                "5",
                "\"tool_use\"",
                "\"LANGUAGE\"",
                "{\"type\": \"odd\"}"
            })
    void anUnknownFinishReasonEndsThePathWithItsText(String reason) {
        var result = finishedBy(reason);
        assertThat(Step.text(result.steps())).isEqualTo("It is $\\boxed{7}$.");
        assertThat(result.finish()).isEqualTo(Finish.LENGTH);
        assertThat(result.note()).contains("ended its answer with the reason");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"content_filter\"", "\"SAFETY\"", "\"refusal\"", "\"guardrail_intervened\""})
    void aWithheldTextIsNoAnswer(String reason) {
        var result = finishedBy(reason);
        assertThat(result.steps()).isEmpty();
        assertThat(result.finish()).isEqualTo(Finish.LENGTH);
        assertThat(result.note()).startsWith("the server withheld the rest of its text");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"type\": \"stop\", \"matched\": 2}', STOP",
        "'{\"type\": \"length\", \"length\": 200}', LENGTH",
        "'\"STOP\"', STOP",
        "'\"eos_token\"', STOP",
        "'\"MAX_TOKENS\"', LENGTH",
        "'null', STOP",
        "'\"\"', STOP",
        "'\"null\"', STOP"
    })
    void aFinishReasonMayBeAnObjectOrMissingInAWholeAnswer(String reason, Finish finish) {
        var result = finishedBy(reason);
        assertThat(result.finish()).isEqualTo(finish);
        assertThat(result.note()).isEmpty();
    }

    private static Map<String, Object> piece(String text) {
        return Map.of("choices", List.of(Map.of("delta", Map.of("content", text))));
    }

    @ParameterizedTest
    @CsvSource({"true, true, 1", "true, false, 1", "false, true, 3"})
    void aStreamWithoutAFinishReasonHasEnded(boolean counts, boolean done, int requests) {
        var server = server("someone").on(CHAT, request -> {
            var pieces = new ArrayList<Object>(List.of(piece("It is "), piece("7.")));
            if (counts)
                pieces.add(Map.of("choices", List.of(), "usage", Map.of("prompt_tokens", 9, "completion_tokens", 2)));
            if (done) request.stream(pieces, true);
            else {
                request.begin(pieces);
                request.exchange().close();
            }
        });
        var policy = chat(server);
        var result = sample(policy, call(true, 0));
        assertThat(Step.text(result.steps())).isEqualTo("It is 7.");
        assertThat(result.finish()).isEqualTo(Finish.STOP);
        assertThat(server.count(CHAT)).isEqualTo(requests);
        sample(policy, call(true, 1));
        assertThat(server.count(CHAT)).as("asked again only until it is known").isEqualTo(requests + 1);
    }

    @Test
    void aStreamWithoutAFinishReasonAtTheLimitIsTruncated() {
        var server = server("someone")
                .on(
                        CHAT,
                        request -> request.stream(
                                List.of(
                                        piece("It is "),
                                        Map.of("choices", List.of(), "usage", Map.of("completion_tokens", 200))),
                                true));
        assertThat(sample(chat(server), call(true, 0)).finish()).isEqualTo(Finish.LENGTH);
    }

    @Test
    void aStreamThatNeverSaysHowItEndsIsAnErrorAfterAFewAttempts() {
        var server = server("someone").on(CHAT, request -> {
            request.begin(List.of(piece("It is 7.")));
            request.exchange().close();
        });
        var policy = chat(server);
        assertThatThrownBy(() -> sample(policy, call(true, 0)))
                .hasMessageContaining("returned an incomplete answer 3 times")
                .hasMessageContaining("set \"stream\": false in the endpoint's file");
        assertThat(server.count(CHAT)).isEqualTo(3);
    }

    // Content in parts, and reasoning

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"type\": \"text\", \"text\": \"It is 7.\"}]",
                "[{\"type\": \"thinking\", \"thinking\": [{\"type\": \"text\", \"text\": \"hm\"}]}, {\"type\": \"text\", \"text\": \"It is 7.\"}]",
                "[{\"type\": \"thinking\", \"text\": \"hm\"}, {\"type\": \"text\", \"text\": \"It is 7.\"}]",
                "[{\"type\": \"reasoning\", \"text\": \"hm\"}, {\"type\": \"output_text\", \"text\": \"It is 7.\"}]",
                "[{\"type\": \"redacted_thinking\", \"data\": \"x\"}, {\"type\": \"text\", \"text\": \"It is 7.\"}]",
                "[{\"type\": \"text\", \"text\": \"It is \"}, {\"type\": \"text\", \"text\": \"7.\"}]",
                "[\"It is \", \"7.\"]",
                "[{\"text\": \"It is \"}, {\"text\": \"7.\"}]",
                "{\"type\": \"text\", \"text\": \"It is 7.\"}",
                "[{\"type\": \"text\", \"text\": {\"value\": \"It is 7.\", \"annotations\": []}}]",
                "{\"parts\": [{\"text\": \"hm\", \"thought\": true}, {\"text\": \"It is 7.\"}]}",
                "[{\"type\": \"text\", \"text\": \"It is 7.\"}, {\"type\": \"image_url\", \"image_url\": {\"url\": \"x\"}}]"
            })
    void textPartsAreTextAndThoughtsAreNot(String content) {
        var result = sample(
                chat(answering(
                        200,
                        "{\"choices\": [{\"message\": {\"content\": %s}, \"finish_reason\": \"stop\"}]}"
                                .formatted(content))),
                call(true, 0));
        assertThat(Step.text(result.steps())).isEqualTo("It is 7.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reasoning",
                "reasoning_content",
                "thinking",
                "thought",
                "reasoning_text",
                "analysis",
                "thinking_content",
                "thoughts",
                "reasoning_output",
                "rationale"
            })
    void aTextInAnotherFieldIsToldWithItsName(String field) {
        var document =
                "{\"choices\": [{\"message\": {\"content\": \"\", \"%s\": \"The answer is 7.\"}, \"finish_reason\": \"%s\"}]}";
        var ended = chat(answering(200, document.formatted(field, "stop")));
        assertThatThrownBy(() -> sample(ended, call(true, 0)))
                .hasMessageContaining("its text is in \"" + field + "\", and \"content\" is empty")
                .hasMessageContaining("turn its reasoning off");
        var full = sample(chat(answering(200, document.formatted(field, "length"))), call(true, 0));
        assertThat(full.finish()).isEqualTo(Finish.LENGTH);
        assertThat(full.note()).contains("reasoning (\"" + field + "\"), and \"content\" is empty");
    }

    @Test
    void aRefusalOfTheModelEndsThePath() {
        var result = sample(
                chat(
                        answering(
                                200,
                                "{\"choices\": [{\"message\": {\"content\": null, \"refusal\": \"I cannot help.\"}, \"finish_reason\": \"stop\"}]}")),
                call(true, 0));
        assertThat(result.note()).isEqualTo("the model refused to answer");
        assertThat(result.steps()).isEmpty();
    }

    // Fields that a server refuses by name

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\0',
            value = {
                "logprobs ; 400 ; {\"error\": {\"message\": \"`logprobs` is not supported with this model\", \"type\": \"invalid_request_error\"}}",
                "logprobs ; 400 ; {\"error\": {\"message\": \"Unrecognized request argument supplied: logprobs\"}}",
                "logprobs ; 400 ; {\"error\": {\"message\": \"Unsupported parameter: 'logprobs' is not supported with this model.\", \"param\": \"logprobs\", \"code\": \"unsupported_parameter\"}}",
                "logprobs ; 403 ; {\"error\": {\"message\": \"You are not allowed to request logprobs from this model.\"}}",
                "logprobs ; 500 ; {\"error\": \"create() got an unexpected keyword argument 'logprobs'\"}",
                "stream_options ; 422 ; {\"detail\": [{\"type\": \"extra_forbidden\", \"loc\": [\"body\", \"stream_options\"], \"msg\": \"Extra inputs are not permitted\", \"input\": {\"include_usage\": true}}]}",
                "stream_options ; 422 ; {\"detail\": [{\"loc\": [\"body\", \"stream_options\"], \"msg\": \"extra fields not permitted\", \"type\": \"value_error.extra\"}]}",
                "stream_options ; 400 ; {\"object\": \"error\", \"message\": \"[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), 'msg': 'Extra inputs are not permitted'}]\"}",
                "stream_options ; 422 ; {\"object\": \"error\", \"message\": {\"detail\": [{\"type\": \"extra_forbidden\", \"loc\": [\"body\", \"stream_options\"], \"msg\": \"Extra inputs are not permitted\"}]}}",
                "seed ; 400 ; {\"error\": {\"message\": \"Unknown parameter: seed\"}}",
                "seed ; 422 ; {\"detail\": [{\"type\": \"extra_forbidden\", \"loc\": [\"body\", \"seed\"], \"msg\": \"Extra inputs are not permitted\"}]}",
                "seed ; 400 ; {\"error\": {\"message\": \"property 'seed' is unsupported\"}}",
                "seed ; 400 ; seed is not supported",
                "stream ; 400 ; {\"error\": {\"message\": \"The parameter `stream` is not available for this deployment\"}}",
                "max_tokens ; 400 ; {\"error\": {\"message\": \"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.\", \"param\": \"max_tokens\"}}",
                "seed ; 200 ; {\"error\": {\"message\": \"Unsupported parameter(s): seed\", \"code\": 400}}",
                "logprobs ; 200 ; {\"detail\": \"logprobs: Additional properties are not allowed\"}",
                "stream_options ; 501 ; {\"message\": \"stream_options not implemented\"}"
            })
    void anOptionalFieldThatIsRefusedByNameIsLeftOutAndRemembered(String field, int status, String said) {
        var server = server("someone").on(CHAT, request -> {
            if (request.body().has(field)) request.json(status, said);
            else request.json(200, GOOD);
        });
        var policy = chat(server);
        if (status == 403) {
            // A key may be missing: no field is left out on suspicion.
            assertThatThrownBy(() -> sample(policy, call(true, 0))).hasMessageContaining("requires a key");
            return;
        }
        for (int i = 0; i < 3; i++)
            assertThat(Step.text(sample(policy, call(true, i)).steps())).isEqualTo("It is 7.");
        assertThat(server.count(CHAT)).isEqualTo(4);
        if (field.equals("max_tokens"))
            assertThat(server.bodies(CHAT)
                            .getLast()
                            .path("max_completion_tokens")
                            .asInt())
                    .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stop",
                "include_stop_str_in_output",
                "return_token_ids",
                "repetition_penalty",
                "top_k",
                "min_p",
                "n",
                "continue_final_message",
                "add_generation_prompt",
                "logprobs",
                "seed",
                "stream_options"
            })
    void theFieldsOfAKnownServerAreOptionalToo(String field) {
        var server = server("vllm").on(CHAT, request -> {
            if (request.body().has(field))
                request.json(
                        400, Map.of("error", Map.of("message", "Unrecognized request argument supplied: " + field)));
            else
                request.json(
                        200,
                        "{\"choices\": [{\"message\": {\"content\": \"A.\\n\\nB.\"}, \"finish_reason\": \"stop\"}]}");
        });
        var policy = policy(
                server,
                e -> with(
                        e,
                        Api.CHAT,
                        e.stop(),
                        new Endpoint.Limits(64, 0, field.equals("n") ? 2 : 1),
                        e.timeouts(),
                        true));
        var calls = List.of(call(true, 0, STEP), call(true, 1, STEP));
        var answers = calls.stream().map(policy::generate).toList();
        for (var answer : answers) {
            assertThat(Step.text(answer.join().steps())).isEqualTo("A.\n\n");
            assertThat(answer.join().finish()).isEqualTo(Finish.STEP);
        }
    }

    @ParameterizedTest
    @CsvSource({"temperature, 0.8, 1", "top_p, 1, 0.9"})
    void aSettingThatChangesTheDistributionIsNeverLeftOut(String field, double temperature, double topP) {
        var server = server("someone").on(CHAT, request -> {
            if (request.body().has(field))
                request.json(
                        400,
                        Map.of("error", Map.of("message", "Unsupported parameter: '" + field + "'", "param", field)));
            else request.json(200, GOOD);
        });
        assertThatThrownBy(() -> sample(chat(server), at(temperature, topP)))
                .hasMessageContaining("\"extra\": {\"" + field + "\": null} in the endpoint's file");
        assertThat(Step.text(sample(chat(server), at(1, 1)).steps()))
                .as("1 changes nothing")
                .isEqualTo("It is 7.");
    }

    @Test
    void aFieldThatWasLeftOutAtItsNeutralValueIsSentAgainWhereItMatters() {
        var server = server("vllm").on(CHAT, request -> {
            if (request.body().has("top_k"))
                request.json(400, Map.of("error", Map.of("message", "Unknown parameter: 'top_k'")));
            else request.json(200, GOOD);
        });
        var policy = chat(server);
        assertThat(Step.text(sample(policy, at(0.8, 1)).steps())).isEqualTo("It is 7.");
        var cut = new LanguageModel.Call(
                "What is 3 + 4?", List.of(), true, new Generation(0.8, 1, 40, 0, 200, "\n\n", ""), 200, key(0));
        assertThatThrownBy(() -> sample(policy, cut)).hasMessageContaining("Unknown parameter: 'top_k'");
    }

    @Test
    void aServerThatIsFullForNowIsAskedAgain() {
        var server = server("someone").on(CHAT, request -> {
            if (request.number() == 1)
                request.json(503, Map.of("error", Map.of("message", "KV cache is out of free blocks")));
            else request.json(200, GOOD);
        });
        assertThat(Step.text(sample(chat(server), call(true, 0, STEP)).steps())).isEqualTo("It is 7.");
    }

    // Errors with status 200

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\": {\"message\": \"model is overloaded\", \"code\": 529}}",
                "{\"error\": {\"message\": \"model is overloaded\", \"code\": \"503\"}}",
                "{\"error\": {\"message\": \"model is overloaded\", \"type\": \"overloaded_error\"}}",
                "{\"error\": \"model is overloaded\"}",
                "{\"object\": \"error\", \"message\": \"model is overloaded\", \"code\": 500}",
                "{\"type\": \"error\", \"error\": {\"type\": \"overloaded_error\", \"message\": \"model is overloaded\"}}",
                "{\"detail\": \"model is overloaded\"}",
                "{\"message\": \"model is overloaded\", \"status\": 503}",
                "{\"errors\": [{\"message\": \"model is overloaded\"}], \"success\": false}",
                "{\"choices\": null, \"error\": {\"message\": \"model is overloaded\", \"code\": 502}}",
                "{\"choices\": [{\"error\": {\"message\": \"model is overloaded\", \"code\": 502}, \"finish_reason\": \"error\"}]}",
                "{\"base_resp\": {\"status_code\": 1002, \"status_msg\": \"model is overloaded\"}}",
                "{\"error\": {\"message\": \"model is overloaded\", \"code\": 429}}"
            })
    void anErrorWithStatus200IsQuotedAndTheRequestMadeAgain(String said) {
        var server = server("someone").on(CHAT, request -> {
            if (request.number() == 1) request.json(200, said);
            else request.json(200, GOOD);
        });
        assertThat(Step.text(sample(chat(server), call(true, 0)).steps())).isEqualTo("It is 7.");
        assertThat(server.count(CHAT)).isEqualTo(2);
        if (said.contains("429")) return;
        var always = chat(answering(200, said));
        assertThatThrownBy(() -> sample(always, call(true, 0)))
                .hasMessageContaining("answers with an error: model is overloaded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\"", "{}", "[]", "false"})
    void anEmptyErrorIsNone(String error) {
        var document = GOOD.substring(0, GOOD.length() - 1) + ", \"error\": " + error + "}";
        assertThat(Step.text(
                        sample(chat(answering(200, document)), call(true, 0)).steps()))
                .isEqualTo("It is 7.");
    }

    @Test
    void anErrorOfTheRequestWithStatus200IsNotRepeated() {
        var server = answering(200, "{\"error\": {\"message\": \"bad image\", \"type\": \"invalid_request_error\"}}");
        var policy = chat(server);
        assertThatThrownBy(() -> sample(policy, call(true, 0)))
                .hasMessageContaining("answers with an error: bad image");
        assertThat(server.count(CHAT)).isEqualTo(1);
    }

    // Advice

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Assistant response prefill is incompatible with enable_thinking.",
                "substring not found",
                "This model does not support assistant message prefill. The conversation must end with a user message.",
                "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant",
                "messages: final assistant content cannot end with trailing whitespace",
                "Conversation roles must alternate user/assistant/user/assistant/...",
                "The last message must be from the user",
                "Last message must have role user",
                "Cannot set `add_generation_prompt` to True when the last message is from the assistant.",
                "Assistant message must be followed by a user message"
            })
    void aServerThatDoesNotContinueATurnGetsAdvice(String message) {
        var policy = chat(answering(400, "{\"error\": {\"message\": \"" + message + "\"}}"));
        assertThatThrownBy(() -> sample(policy, call(true, 0, STEP)))
                .hasMessageContaining(message)
                .hasMessageContaining("\"extra\": {\"chat_template_kwargs\": {\"enable_thinking\": false}}")
                .hasMessageContaining("\"api\": \"completions\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "System role not supported",
                "This model does not support system messages.",
                "The system role is not supported by this model",
                "system messages are not supported",
                "Developer instruction is not enabled for models/gemma-3-1b-it",
                "System message not supported",
                "role 'system' is not allowed",
                "Unsupported role: system",
                "This chat template does not support the system role",
                "Invalid value: 'system'. Supported values are: 'user' and 'assistant'."
            })
    void aServerWithoutSystemPromptsGetsAdvice(String message) {
        var policy = chat(answering(400, "{\"error\": {\"message\": \"" + message + "\"}}"));
        assertThatThrownBy(() -> sample(policy, call(true, 0)))
                .hasMessageContaining("\"system_prompt\": \"\" in the endpoint's file");
    }

    // Names

    @ParameterizedTest
    @CsvSource({
        "llama3, llama3:latest",
        "library/phi, library/phi:latest",
        "hf.co/a/b-GGUF, hf.co/a/b-GGUF:latest",
        "llama3:latest, llama3",
        "llama3, llama3",
        "qwen2.5, qwen2.5:latest"
    })
    void aNameWithoutATagIsTheLatest(String asked, String listed) {
        var server = new FakeServer("library", listed, "other:8b").on(CHAT, request -> request.json(200, GOOD));
        open.add(server);
        var policy = new EndpointPolicy(Endpoint.named(server.url() + "#" + asked), ApiKey.NONE);
        open.add(policy);
        sample(policy, call(true, 0));
        assertThat(server.bodies(CHAT).getLast().path("model").asString()).isEqualTo(listed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3:8b", "llama", "latest", "llama3:Latest"})
    void anotherTagIsAnotherModel(String asked) {
        var server = new FakeServer("library", "llama3:latest", "phi:latest");
        open.add(server);
        assertThatThrownBy(() -> new EndpointPolicy(Endpoint.named(server.url() + "#" + asked), ApiKey.NONE))
                .hasMessageContaining("has no model \"" + asked + "\"");
    }
}
