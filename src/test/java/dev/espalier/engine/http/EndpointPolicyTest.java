package dev.espalier.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.engine.http.endpoint.ApiKey;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.endpoint.Endpoint.Api;
import dev.espalier.engine.http.endpoint.Endpoint.Stop;
import dev.espalier.engine.http.endpoint.EndpointFileTest;
import dev.espalier.engine.http.wire.FreePort;
import dev.espalier.engine.http.wire.TestClock;
import dev.espalier.io.Notices;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointPolicyTest extends EndpointCase {
    @Test
    void aStepAndAWholeSolutionAreTheServersText() {
        var policy = policy(ruled(Ruled.VLLM));
        for (int i = 0; i < 8; i++) {
            assertSays(policy, call(false, i));
            var first = sample(policy, call(true, i));
            assertThat(first).isEqualTo(expected(call(true, i)));
            if (first.finish() == Finish.STEP)
                assertSays(policy, call(true, i + 100, first.steps().getFirst()));
        }
        assertThat(policy.card().device()).contains("http://localhost:").contains("(vllm, completions)");
        assertThat(policy.card().prompts()).startsWith("chat format ");
        assertThat(policy.card().context()).isEqualTo(4096);
    }

    @Test
    void aServerOfThePoolThatHasAnotherModelIsNotAsked() {
        var other = new FakeServer("vllm", "another");
        open.add(other);
        var policy = new EndpointPolicy(
                endpoint(List.of(other.url(), ruled(Ruled.VLLM).url())), ApiKey.NONE);
        open.add(policy);
        assertSays(policy, call(true, 0));
        assertThat(other.count(COMPLETIONS)).isZero();
    }

    @Test
    void theUsersExtraFieldsGoIntoEveryRequestAndNullRemovesAField() {
        var server = ruled(Ruled.VLLM);
        sample(
                policy(
                        server,
                        e -> new Endpoint(
                                e.name(),
                                e.kind(),
                                "",
                                e.urls(),
                                "m",
                                null,
                                e.api(),
                                e.stop(),
                                "",
                                e.limits(),
                                e.timeouts(),
                                true,
                                "{\"priority\": 3, \"stream_options\": null}",
                                e.chat(),
                                "\n\n",
                                "",
                                200,
                                0,
                                0,
                                e.scores())),
                call(true, 0));
        var body = server.bodies(COMPLETIONS).getFirst();
        assertThat(body.path("priority").asInt()).isEqualTo(3);
        assertThat(body.has("stream_options")).isFalse();
    }

    @Test
    void theRequestHasAllSettingsThatDetermineTheText() {
        var server = ruled(Ruled.VLLM);
        sample(policy(server), call(true, 7));
        var body = server.bodies(COMPLETIONS).getFirst();
        assertThat(body.path("model").asString()).isEqualTo("m");
        assertThat(body.path("prompt").asString()).isEqualTo("Q: What is 1 + 1?\nA: ");
        assertThat(body.path("stop").toString()).isEqualTo("[\"\\n\\n\"]");
        assertThat(body.path("seed").asLong()).isEqualTo(EndpointPolicy.seed(key(7)));
        assertThat(List.of(
                        body.path("temperature").asDouble(), body.path("top_p").asDouble()))
                .containsExactly(0.8, 0.9);
        assertThat(body.path("max_tokens").asInt()).isEqualTo(200);
        assertThat(body.path("include_stop_str_in_output").asBoolean()).isTrue();
        assertThat(body.path("add_special_tokens").asBoolean(true)).isFalse();
        assertThat(List.of(
                        body.path("top_k").asInt(),
                        body.path("repetition_penalty").asInt()))
                .as("no sampling that nobody asked for")
                .containsExactly(-1, 1);
    }

    @Test
    void itIsTheSameWhetherTheServerKeepsTheStopTextNamesItOrDoesNotStreamOrEspalierCuts() {
        for (var rule : List.of(
                new Ruled(false, true, true, true, true),
                new Ruled(true, false, true, true, true),
                new Ruled(true, true, true, false, true),
                new Ruled(true, true, true, true, false))) {
            for (int i = 0; i < 4; i++) {
                var result = sample(policy(ruled(rule)), call(true, i));
                assertThat(result.steps())
                        .as("%s", rule)
                        .isEqualTo(expected(call(true, i)).steps());
                assertThat(result.finish()).isEqualTo(expected(call(true, i)).finish());
                assertThat(result.cost().generated())
                        .isEqualTo(expected(call(true, i)).cost().generated());
            }
        }
        for (int i = 0; i < 4; i++) {
            assertSays(policy(ruled(Ruled.VLLM), WHOLE), call(true, i));
            var cut = sample(policy(ruled(Ruled.VLLM), CUT), call(true, i));
            assertThat(cut.steps()).isEqualTo(expected(call(true, i)).steps());
            assertThat(cut.finish()).isEqualTo(expected(call(true, i)).finish());
        }
    }

    @Test
    void withoutTokensInTheAnswerTheStepsAreTheTextsAndTheTokensAreCounted() {
        var policy = policy(ruled(new Ruled(false, true, false, true, true)));
        for (int i = 0; i < 4; i++) {
            var expected = expected(call(false, i));
            var result = sample(policy, call(false, i));
            assertThat(result.steps())
                    .extracting(Step::text)
                    .isEqualTo(expected.steps().stream().map(Step::text).toList());
            assertThat(result.steps().stream()
                            .mapToInt(step -> step.tokens().length)
                            .sum())
                    .isEqualTo(expected.steps().stream()
                            .mapToInt(step -> step.tokens().length)
                            .sum());
            assertThat(result.cost()).isEqualTo(expected.cost());
        }
    }

    @Test
    void aTokenThatGoesBeyondTheSeparatorBelongsToTheStepAndALimitTruncates() {
        var server = server("vllm")
                .on(
                        COMPLETIONS,
                        request -> request.json(
                                200,
                                Map.of(
                                        "choices",
                                        List.of(Map.of(
                                                "text",
                                                "a\n\n",
                                                "finish_reason",
                                                "stop",
                                                "stop_reason",
                                                "\n\n",
                                                "logprobs",
                                                Map.of(
                                                        "tokens",
                                                        List.of("a", "\n\n\n"),
                                                        "token_logprobs",
                                                        List.of(-1, -2)))))));
        var policy = policy(server);
        assertThat(sample(policy, call(true, 0)).steps()).extracting(Step::text).containsExactly("a\n\n\n");
        var atLimit = new LanguageModel.Call("p", List.of(), true, GENERATION, 2, key(0));
        assertThat(sample(policy, atLimit).finish()).as("nothing can follow").isEqualTo(Finish.LENGTH);
        var short3 = new LanguageModel.Call("What is 1 + 1?", List.of(), false, GENERATION, 3, key(1));
        assertThat(sample(policy(ruled(Ruled.VLLM)), short3).finish()).isEqualTo(Finish.LENGTH);
    }

    @Test
    void aTextThatEndsAtOnceHasNoStep() {
        var server = server("vllm")
                .on(
                        COMPLETIONS,
                        request -> request.json(
                                200,
                                Map.of(
                                        "choices",
                                        List.of(Map.of("text", "", "finish_reason", "stop")),
                                        "usage",
                                        Map.of("prompt_tokens", 9, "completion_tokens", 1))));
        assertThat(sample(policy(server), call(true, 0)))
                .isEqualTo(new Result.Sampled(List.of(), Finish.STOP, new Cost(1, 9)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "500",
                "half a stream",
                "half a document",
                "no end",
                "429",
                "503 with a date",
                "error in the stream",
                "nothing",
                "no text"
            })
    void aTemporaryFailureIsRetriedAndCountedOnce(String trouble) {
        var server = server("vllm").on(COMPLETIONS, request -> {
            if (request.number() > 2) {
                Ruled.VLLM.answer(request);
                return;
            }
            var choices = Ruled.VLLM.choices(request.body(), 1);
            switch (trouble) {
                case "500" -> request.json(500, Map.of("error", Map.of("message", "oops")));
                case "half a stream" ->
                    request.stream(Ruled.VLLM.pieces(request.body(), choices).subList(0, 2), false);
                case "half a document" -> request.json(200, "{\"choices\": [{\"text\": \"## St");
                case "no end" -> {
                    request.begin(Ruled.VLLM.pieces(request.body(), choices).subList(0, 2));
                    request.exchange().close();
                }
                case "429" -> request.json(429, Map.of("message", "slow down"), "Retry-After", "0");
                case "503 with a date" -> request.json(503, "", "Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT");
                case "error in the stream" ->
                    request.stream(List.of(Map.of("error", Map.of("message", "engine died", "code", 500))), true);
                case "nothing" -> throw new java.io.IOException("the test breaks off here");
                default -> request.json(200, Map.of("choices", List.of()));
            }
        });
        assertSays(policy(server), call(true, 3));
        assertThat(server.count(COMPLETIONS)).isEqualTo(3);
    }

    @Test
    void aSilentServerIsGivenUpAndTheErrorSaysSo() {
        var clock = new TestClock();
        var silence = Duration.ofSeconds(30);
        var server = server("vllm").on(COMPLETIONS, request -> {
            if (request.number() == 1) {
                clock.pass(silence);
                request.hang();
            }
            request.exchange().getResponseHeaders().add("Content-Type", "text/event-stream");
            request.exchange().sendResponseHeaders(200, 0);
            request.exchange().getResponseBody().flush();
            clock.passWhileReading(silence);
            request.hang();
        });
        var policy = policy(server, silence(silence), clock);
        assertThatThrownBy(() -> sample(policy, call(true, 0)))
                .hasCauseInstanceOf(EspalierException.class)
                .hasMessageContaining("The endpoint http://localhost")
                .hasMessageContaining("sent nothing for 30 s")
                .hasMessageContaining("look at the server's log");
        assertThat(server.count(COMPLETIONS)).isEqualTo(2);
    }

    @Test
    void aRequestIsTriedOnEveryServerBeforeTimeEndsIt() {
        var broken = List.of(server("vllm"), server("vllm"));
        broken.forEach(server -> server.on(COMPLETIONS, request -> request.json(500, Map.of("error", "broken"))));
        var timeouts = new Endpoint.Timeouts(
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                6,
                Duration.ofNanos(1),
                Duration.ofNanos(1));
        var urls = List.of(
                broken.getFirst().url(),
                broken.getLast().url(),
                ruled(Ruled.VLLM).url());
        var policy = new EndpointPolicy(
                with(endpoint(urls), Api.COMPLETIONS, Stop.AUTO, Endpoint.Limits.DEFAULT, timeouts, true), ApiKey.NONE);
        open.add(policy);
        var futures = new ArrayList<CompletableFuture<Result.Sampled>>();
        for (int i = 0; i < 6; i++) futures.add(policy.generate(call(true, i)));
        for (int i = 0; i < 6; i++)
            assertThat(futures.get(i).orTimeout(1, TimeUnit.MINUTES).join()).isEqualTo(expected(call(true, i)));
    }

    @Test
    void aServerThatKeepsFailingIsReportedBeforeTheTimeLimit() {
        var said = new CopyOnWriteArrayList<String>();
        var aloud = Logger.getLogger(Notices.LOGGER);
        var handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                said.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        aloud.addHandler(handler);
        try {
            var server = server("vllm").on(COMPLETIONS, request -> request.json(500, Map.of("error", "broken")));
            var policy = policy(server);
            assertThatThrownBy(() -> sample(policy, call(true, 0))).hasMessageContaining("failed (500: broken)");
            assertThat(said)
                    .containsOnlyOnce("The endpoint " + Endpoint.shown(server.url())
                            + " of test failed (500: broken); Espalier retries it for up to 60 s.");
        } finally {
            aloud.removeHandler(handler);
        }
    }

    @Test
    void aServerThatComesBackIsUsedAgain() {
        var well = new AtomicBoolean();
        var server = server("vllm").on(COMPLETIONS, request -> {
            if (well.get()) Ruled.VLLM.answer(request);
            else request.json(500, Map.of("error", "broken"));
        });
        var patience = new Endpoint.Timeouts(
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                9,
                Duration.ofNanos(1),
                Duration.ofNanos(1));
        var policy = policy(server, e -> with(e, e.api(), e.stop(), e.limits(), patience, true));
        for (int i = 0; i < 4; i++) {
            int call = i;
            assertThatThrownBy(() -> sample(policy, call(true, call))).hasMessageContaining("failed (500: broken)");
        }
        well.set(true);
        assertThat(sample(policy, call(true, 0))).isEqualTo(expected(call(true, 0)));
    }

    @Test
    void anEndlessStreamIsCutOffAtTwiceTheRequestedLength() {
        var server = server("vllm").on(COMPLETIONS, request -> {
            request.begin(Collections.nCopies(1000, Map.of("choices", List.of(Map.of("text", "ha")))));
            request.hang();
        });
        var policy = policy(server);
        assertThatThrownBy(() -> sample(policy, call(false, 0)))
                .hasMessageContaining("generates more than the 200 requested tokens");
    }

    @ParameterizedTest
    @ValueSource(strings = {"401", "404", "400", "not ours"})
    void permanentFailuresAreReportedAtOnce(String trouble) {
        var server = server("vllm").on(COMPLETIONS, request -> {
            switch (trouble) {
                case "401" -> request.json(401, Map.of("error", "Unauthorized"));
                case "404" -> request.json(404, Map.of("error", Map.of("message", "The model `m` does not exist.")));
                case "400" ->
                    request.json(
                            400,
                            Map.of("error", Map.of("message", "This model's maximum context length is 4096 tokens.")));
                default -> request.json(200, Map.of("status", "fine"));
            }
        });
        var policy = policy(server);
        assertThatThrownBy(() -> sample(policy, call(true, 0)))
                .hasCauseInstanceOf(EspalierException.class)
                .hasMessageContaining("The endpoint http://localhost")
                .hasMessageContaining(
                        switch (trouble) {
                            case "401" ->
                                "requires a key (401: Unauthorized); name the place of its key: --key NAME on the command line";
                            case "404" ->
                                "does not know the model or has no /v1/completions (404: The model `m` does not exist.)";
                            case "400" ->
                                "rejects the request (400: This model's maximum context length is 4096 tokens.)";
                            default -> "is not an OpenAI-compatible server";
                        });
        assertThat(server.count(COMPLETIONS)).isEqualTo(1);
    }

    @Test
    void aServerThatIsBusyBeyondTheLimitOfARequestIsNotWaitedFor() {
        var server = server("vllm")
                .on(
                        COMPLETIONS,
                        request ->
                                request.json(429, Map.of("error", Map.of("message", "quota")), "Retry-After", "3600"));
        var policy = policy(server);
        assertThatThrownBy(() -> sample(policy, call(true, 0)))
                .hasMessageContaining(
                        "reports too many requests (429: quota) and asks to be retried after 60 min; try again later");
    }

    @Test
    void aRepeatedFailureEndsAfterTheAttempts() {
        var server =
                server("vllm").on(COMPLETIONS, request -> request.text(502, "<html>Bad gateway</html>", "text/html"));
        var policy = policy(server);
        assertThatThrownBy(() -> sample(policy, call(true, 0))).hasMessageContaining("failed (502)");
        assertThat(server.count(COMPLETIONS)).isEqualTo(3);
    }

    @Test
    void anEndpointThatIsNotThereOrHasOtherModelsIsNotOpened() {
        var server = server("vllm");
        var dead = URI.create("http://localhost:" + FreePort.find() + "/v1");
        assertThatThrownBy(() -> new EndpointPolicy(endpoint(List.of(dead)), ApiKey.NONE))
                .isInstanceOf(EspalierException.class)
                .hasMessage(
                        "The endpoint http://localhost:%d of test refuses connections; check the address and that the server runs."
                                .formatted(dead.getPort()));
        var other = EndpointFileTest.rename(endpoint(List.of(server.url())), "another");
        assertThatThrownBy(() -> new EndpointPolicy(other, ApiKey.NONE))
                .hasMessageContaining("has no model \"another\"; it has the models m.");
    }

    @Test
    void cancellingClosesTheRequest() throws Exception {
        var arrived = new CountDownLatch(1);
        var gone = new CountDownLatch(1);
        var server = server("vllm").on(COMPLETIONS, request -> {
            request.exchange().getResponseHeaders().add("Content-Type", "text/event-stream");
            request.exchange().sendResponseHeaders(200, 0);
            arrived.countDown();
            try {
                while (true) {
                    request.exchange()
                            .getResponseBody()
                            .write(": alive\n".repeat(1000).getBytes());
                    request.exchange().getResponseBody().flush();
                }
            } catch (java.io.IOException e) {
                gone.countDown();
                throw e;
            }
        });
        var future = policy(server).generate(call(true, 0));
        assertThat(arrived.await(1, TimeUnit.MINUTES)).isTrue();
        future.cancel(true);
        assertThat(gone.await(1, TimeUnit.MINUTES))
                .as("the server is told to stop")
                .isTrue();
    }

    @Test
    void closingFailsWhatIsInFlight() {
        var policy = policy(server("vllm").on(COMPLETIONS, FakeServer.Request::hang));
        var future = policy.generate(call(true, 0));
        policy.close();
        assertThatThrownBy(future::join).hasMessageContaining("was closed");
        assertThatThrownBy(policy.generate(call(true, 0))::join).hasMessageContaining("was closed");
    }

    @Test
    void noMoreRequestsAreInFlightThanAllowed() {
        var most = new java.util.concurrent.atomic.AtomicInteger();
        var now = new java.util.concurrent.atomic.AtomicInteger();
        var server = server("vllm").on(COMPLETIONS, request -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            now.decrementAndGet();
            Ruled.VLLM.answer(request);
        });
        var policy = policy(server, limits(2, 1));
        var futures = new ArrayList<CompletableFuture<Result.Sampled>>();
        for (int i = 0; i < 40; i++) futures.add(policy.generate(call(true, i)));
        for (int i = 0; i < 40; i++)
            assertThat(futures.get(i).orTimeout(1, TimeUnit.MINUTES).join()).isEqualTo(expected(call(true, i)));
        assertThat(most.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void severalSamplesOfAPathAreAskedForTogetherAndWhatIsMissingIsAskedForAgain() {
        var first = new CountDownLatch(1);
        var server = server("vllm").on(COMPLETIONS, request -> {
            if (request.number() == 1) await(first);
            // One text fewer than requested, but at least one.
            var choices = Ruled.VLLM.choices(
                    request.body(), Math.max(1, request.body().path("n").asInt(1) - 1));
            request.stream(Ruled.VLLM.pieces(request.body(), choices), true);
        });
        var policy = policy(server, limits(1, 4));
        var held = policy.generate(call(false, 99));
        while (server.count(COMPLETIONS) == 0) Thread.onSpinWait();
        var futures = new ArrayList<CompletableFuture<Result.Sampled>>();
        for (int i = 0; i < 4; i++) futures.add(policy.generate(call(true, i)));
        first.countDown();
        held.orTimeout(1, TimeUnit.MINUTES).join();
        for (var future : futures)
            assertThat(future.orTimeout(1, TimeUnit.MINUTES).join().steps()).hasSize(1);
        assertThat(server.bodies(COMPLETIONS).stream()
                        .map(body -> body.path("n").asInt(1))
                        .toList())
                .containsExactly(1, 4, 1);
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aChatContinuesTheAssistantsTurnAsEachServerWantsIt() {
        Map<String, List<String>> wanted = Map.of(
                "vllm",
                List.of(
                        "continue_final_message",
                        "add_generation_prompt",
                        "include_stop_str_in_output",
                        "return_token_ids"),
                "sglang",
                List.of("continue_final_message", "no_stop_trim"),
                "llamacpp",
                List.of("repeat_penalty"),
                "library",
                List.of(),
                "someone",
                List.of());
        wanted.forEach((owner, fields) -> {
            var server = server(owner)
                    .on(
                            "/v1/chat/completions",
                            request -> request.stream(
                                    List.of(
                                            Map.of(
                                                    "choices",
                                                    List.of(Map.of(
                                                            "index",
                                                            0,
                                                            "delta",
                                                            Map.of("role", "assistant", "content", "")))),
                                            Map.of(
                                                    "choices",
                                                    List.of(Map.of(
                                                            "index",
                                                            0,
                                                            "delta",
                                                            Map.of("content", "b\n"),
                                                            "logprobs",
                                                            Map.of(
                                                                    "content",
                                                                    List.of(Map.of(
                                                                            "token",
                                                                            "b\n",
                                                                            "logprob",
                                                                            -1,
                                                                            "bytes",
                                                                            List.of(98, 10))))))),
                                            Map.of(
                                                    "choices",
                                                    List.of(Map.of(
                                                            "index",
                                                            0,
                                                            "delta",
                                                            Map.of("content", "\n"),
                                                            "logprobs",
                                                            Map.of(
                                                                    "content",
                                                                    List.of(Map.of(
                                                                            "token",
                                                                            "\n",
                                                                            "logprob",
                                                                            -2,
                                                                            "bytes",
                                                                            List.of(10))))))),
                                            Map.of(
                                                    "choices",
                                                    List.of(Map.of(
                                                            "index", 0, "delta", Map.of(), "finish_reason", "stop")))),
                                    true));
            var policy = policy(server, e -> with(e, Api.CHAT, e.stop(), e.limits(), e.timeouts(), true));
            var result = sample(policy, call(true, 0, Step.of("a\n\n", new int[] {1}, new float[] {0})));
            assertThat(result.steps()).containsExactly(Step.of("b\n\n", new int[] {-1, -1}, new float[] {-1, -2}));
            assertThat(result.finish()).isEqualTo(Finish.STEP);
            var body = server.bodies("/v1/chat/completions").getFirst();
            assertThat(body.path("messages").toString())
                    .isEqualTo(
                            "[{\"role\":\"user\",\"content\":\"What is 1 + 1?\"},{\"role\":\"assistant\",\"content\":\"a\\n\\n\"}]");
            assertThat(body.propertyNames()).as(owner).containsAll(fields);
            assertThat(body.has("stop"))
                    .as("others strip it and do not say so: Espalier cuts")
                    .isEqualTo(List.of("vllm", "sglang").contains(owner));
            if (List.of("library", "someone").contains(owner))
                assertThat(body.has("top_k")).isFalse();
        });
    }

    @Test
    void tokenIdsArePassedOnAsTheyCame() {
        var server = server("vllm")
                .on("/tokenize", request -> request.json(200, Map.of("tokens", List.of(5, 6, 7))))
                .on(
                        COMPLETIONS,
                        request -> request.json(
                                200,
                                Map.of(
                                        "choices",
                                        List.of(Map.of(
                                                "text",
                                                "b\n\n",
                                                "finish_reason",
                                                "stop",
                                                "stop_reason",
                                                "\n\n",
                                                "token_ids",
                                                List.of(21, 22),
                                                "logprobs",
                                                Map.of(
                                                        "tokens",
                                                        List.of("b", "\n\n"),
                                                        "token_logprobs",
                                                        List.of(-1, -2)))))));
        var policy = policy(server, e -> with(e, Api.TOKENS, e.stop(), e.limits(), e.timeouts(), true));
        var first = sample(policy, call(true, 0));
        assertThat(first.steps()).containsExactly(Step.of("b\n\n", new int[] {21, 22}, new float[] {-1, -2}));
        sample(policy, call(true, 1, first.steps().getFirst()));
        assertThat(server.bodies(COMPLETIONS).stream()
                        .map(body -> body.path("prompt").toString()))
                .containsExactly("[5,6,7]", "[5,6,7,21,22]");
        assertThat(server.count("/tokenize")).as("once for a problem").isEqualTo(1);
        var foreign = call(true, 2, Step.of("c\n\n", new int[] {-1}, new float[] {0}));
        assertThatThrownBy(() -> sample(policy, foreign)).hasMessageContaining("This path has no token ids");
        var long1 = new int[4093];
        var full = call(true, 2, Step.of("c\n\n", long1, new float[4093]));
        assertThat(sample(policy, full))
                .as("the context is full")
                .isEqualTo(new Result.Sampled(List.of(), Finish.LENGTH, Cost.NONE));
    }

    @Test
    void theMostProbableNextTokensIncludeTheEndOfTheText() {
        var server = server("vllm")
                .on(
                        COMPLETIONS,
                        request -> request.json(
                                200,
                                Map.of(
                                        "usage",
                                        Map.of("prompt_tokens", 9),
                                        "choices",
                                        List.of(Map.of(
                                                "text",
                                                " 2",
                                                "finish_reason",
                                                "length",
                                                "logprobs",
                                                Map.of(
                                                        "top_logprobs",
                                                        List.of(Map.of(
                                                                " 2",
                                                                -0.5,
                                                                "<|im_end|>",
                                                                -1.5,
                                                                " 3",
                                                                -3,
                                                                " 4",
                                                                -4))))))));
        var next = policy(server)
                .nextTokens(call(true, 0), Step.of("a ", new int[] {-1}, new float[] {0}), 3)
                .orTimeout(1, TimeUnit.MINUTES)
                .join();
        assertThat(next)
                .isEqualTo(new Result.NextTokens(
                        List.of(
                                new Result.TokenChoice(-1, " 2", -0.5f, false),
                                new Result.TokenChoice(-1, "", -1.5f, true),
                                new Result.TokenChoice(-1, " 3", -3, false)),
                        new Cost(1, 1)));
        var body = server.bodies(COMPLETIONS).getFirst();
        assertThat(body.path("prompt").asString()).isEqualTo("Q: What is 1 + 1?\nA: a ");
        assertThat(List.of(
                        body.path("max_tokens").asInt(), body.path("logprobs").asInt()))
                .containsExactly(1, 3);
        var silent = server("vllm")
                .on(
                        COMPLETIONS,
                        request -> request.json(
                                200, Map.of("choices", List.of(Map.of("text", " 2", "finish_reason", "length")))));
        assertThatThrownBy(() -> policy(silent)
                        .nextTokens(call(true, 0), Step.Text.EMPTY, 3)
                        .join())
                .hasMessageContaining("returns no probabilities");
    }

    @Test
    void nextTokensInIdsAreSpelledByTheServerOnce() {
        var server = server("vllm")
                .on("/tokenize", request -> request.json(200, Map.of("tokens", List.of(5, 6))))
                .on(
                        COMPLETIONS,
                        request -> request.json(
                                200,
                                Map.of(
                                        "choices",
                                        List.of(Map.of(
                                                "text",
                                                " 2",
                                                "logprobs",
                                                Map.of(
                                                        "top_logprobs",
                                                        List.of(Map.of("token_id:21", -0.5, "token_id:2", -1.5))))))))
                .on(
                        "/detokenize",
                        request -> request.json(
                                200,
                                Map.of(
                                        "prompt",
                                        request.body().path("tokens").path(0).asInt() == 2 ? "</s>" : " 2")));
        var policy = policy(server, e -> with(e, Api.TOKENS, e.stop(), e.limits(), e.timeouts(), true));
        for (int i = 0; i < 2; i++) {
            assertThat(policy.nextTokens(call(true, 0), Step.Text.EMPTY, 3)
                            .orTimeout(1, TimeUnit.MINUTES)
                            .join()
                            .choices())
                    .containsExactly(
                            new Result.TokenChoice(21, " 2", -0.5f, false), new Result.TokenChoice(2, "", -1.5f, true));
        }
        assertThat(server.count("/detokenize")).isEqualTo(2);
        assertThat(server.bodies(COMPLETIONS)
                        .getFirst()
                        .path("return_tokens_as_token_ids")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void aTextsTokensAreTheServersAndOnlyIdsAreReadAgain() {
        var server = server("vllm").on("/tokenize", request -> request.json(200, Map.of("tokens", List.of(5, 6))));
        var texts = policy(server);
        assertThat(texts.tokens("ab")).containsExactly(5, 6);
        var path =
                List.of(Step.of("a", new int[] {-1}, new float[] {0}), Step.of("b", new int[] {-1}, new float[] {0}));
        assertThat(texts.reread(path)).isEqualTo(path);
        assertThat(policy(server, e -> with(e, Api.TOKENS, e.stop(), e.limits(), e.timeouts(), true))
                        .reread(path))
                .containsExactly(Step.of("ab", new int[] {5, 6}, new float[2]));
        assertThatThrownBy(() -> policy(server("someone")).tokens("ab"))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("has no /tokenize");
    }

    @Test
    void aFailureIsACompletionExceptionWithOneSentence() {
        var policy = policy(server("vllm"));
        var failed = policy.generate(call(true, 0));
        assertThatThrownBy(failed::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("404");
    }
}
