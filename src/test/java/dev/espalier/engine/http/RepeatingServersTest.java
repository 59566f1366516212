package dev.espalier.engine.http;

import static dev.espalier.engine.http.RuledChat.CHAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.http.endpoint.ApiKey;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.endpoint.Endpoint.Api;
import dev.espalier.model.Finish;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import dev.espalier.search.Runs;
import dev.espalier.search.log.SearchEvent;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers that repeat the assistant's unfinished turn at the head of their answers.
class RepeatingServersTest extends EndpointCase {
    private static final Step FIRST = Step.of("## Step 1: é12.\n\n", new int[] {-1, -1}, new float[] {-1, -1});
    private static final Step SECOND = Step.of("## Step 2: é1.\n\n", new int[] {-1, -1}, new float[] {-1, -1});

    private static Endpoint chat(Endpoint endpoint, boolean stream) {
        return with(endpoint, Api.CHAT, endpoint.stop(), endpoint.limits(), endpoint.timeouts(), stream);
    }

    private FakeServer chats(RuledChat rule) {
        return server("llamacpp").seeingProbes().on(CHAT, rule::answer);
    }

    private Result.Sampled said(RuledChat rule, boolean stream, LanguageModel.Call call) {
        return sample(policy(chats(rule), e -> chat(e, stream)), call);
    }

    @ParameterizedTest
    @CsvSource({
        "true, false, false, 1",
        "true, false, false, 2",
        "true, false, false, 7",
        "true, true, false, 1",
        "true, true, false, 5",
        "true, false, true, 3",
        "false, false, false, 1",
        "false, true, false, 1",
        "false, false, true, 1"
    })
    void whatTheServerRepeatsIsNoText(boolean stream, boolean trims, boolean lists, int pieces) {
        var rule = new RuledChat(true, trims, lists, pieces);
        var repeating = policy(chats(rule), e -> chat(e, stream));
        var plain = policy(chats(RuledChat.PLAIN), e -> chat(e, stream));
        var calls = new ArrayList<LanguageModel.Call>();
        for (int sample = 0; sample < 4; sample++)
            for (boolean stopAtStep : new boolean[] {true, false})
                for (var path : List.of(new Step[] {}, new Step[] {FIRST}, new Step[] {FIRST, SECOND}))
                    calls.add(call(stopAtStep, sample, path));
        var expected = said(plain, calls);
        var actual = said(repeating, calls);
        assertThat(actual.stream().map(RepeatingServersTest::withoutPrompt).toList())
                .isEqualTo(expected.stream()
                        .map(RepeatingServersTest::withoutPrompt)
                        .toList());
    }

    /// Which of several calls at once pays for the prompt that they share depends on which is answered first.
    private static List<Object> withoutPrompt(Result.Sampled sampled) {
        return List.of(sampled.steps(), sampled.finish(), sampled.cost().generated());
    }

    private static List<Result.Sampled> said(LanguageModel policy, List<LanguageModel.Call> calls) {
        var futures = calls.stream().map(policy::generate).toList();
        return futures.stream()
                .map(future -> future.orTimeout(1, TimeUnit.MINUTES).join())
                .toList();
    }

    private static List<SearchEvent> search(String strategy, boolean stream, RuledChat... rules) {
        var servers = java.util.Arrays.stream(rules)
                .map(rule -> new FakeServer("llamacpp", "m").seeingProbes().on(CHAT, rule::answer))
                .toList();
        try {
            List<URI> urls = servers.stream().map(FakeServer::url).toList();
            return EndpointSearchTest.log(strategy, urls, e -> chat(e, stream));
        } finally {
            servers.forEach(FakeServer::close);
        }
    }

    @ParameterizedTest
    @CsvSource({"beam-search, true", "beam-search, false", "dvts, true"})
    void aSearchByStepsIsTheOneOfAServerThatDoesNotRepeat(String strategy, boolean stream) {
        var expected = search(strategy, stream, RuledChat.PLAIN);
        assertThat(Runs.of(SearchEvent.Ended.class, expected)).hasSize(16);
        assertThat(search(strategy, stream, RuledChat.LLAMA_CPP)).isEqualTo(expected);
        assertThat(search(strategy, stream, new RuledChat(true, true, false, 3)))
                .as("trimmed, in pieces")
                .isEqualTo(expected);
        assertThat(search(strategy, stream, RuledChat.PLAIN, RuledChat.LLAMA_CPP))
                .as("only one of two servers repeats")
                .isEqualTo(expected);
    }

    private static void says(FakeServer.Request request, String text) throws java.io.IOException {
        request.json(
                200, Map.of("choices", List.of(Map.of("message", Map.of("content", text), "finish_reason", "stop"))));
    }

    @Test
    void aServerThatDoesNotRepeatMaySayTheTurnAgain() {
        var server = server("someone").seeingProbes().on(CHAT, request -> says(request, FIRST.text() + "Done."));
        var result = sample(policy(server, e -> chat(e, false)), call(false, 0, FIRST));
        assertThat(Step.text(result.steps())).isEqualTo(FIRST.text() + "Done.");
        assertThat(server.count(CHAT)).as("one probe, one request").isEqualTo(2);
        assertThat(server.bodies(CHAT).getFirst().path("max_tokens").asInt())
                .as("the probe wants less than a turn")
                .isEqualTo(1);
    }

    @Test
    void aRepetitionWithoutNewTextIsTheEndOfTheText() {
        var server = server("someone").seeingProbes().on(CHAT, request -> {
            var messages = request.body().path("messages");
            says(request, messages.path(messages.size() - 1).path("content").asString());
        });
        var result = sample(policy(server, e -> chat(e, false)), call(true, 0, FIRST));
        assertThat(result.steps()).isEmpty();
        assertThat(result.finish()).isEqualTo(Finish.STOP);
    }

    @Test
    void aTurnThatIsRepeatedInOtherWordsIsAnError() {
        var server = server("llamacpp").seeingProbes().on(CHAT, request -> {
            if (request.number() == 1) RuledChat.LLAMA_CPP.answer(request);
            else says(request, "Step 1, in other words. Done.");
        });
        var policy = policy(server, e -> chat(e, false));
        assertThatThrownBy(() -> sample(policy, call(true, 0, FIRST)))
                .hasMessageContaining("but changed it in this one")
                .hasMessageContaining("set \"api\": \"completions\"");
        assertThat(Step.text(sample(policy, call(true, 0)).steps()))
                .as("there is no turn to repeat")
                .isEqualTo("Step 1, in other words. Done.");
    }

    @Test
    void aServerThatIsBusyAtTheOpeningIsAskedBeforeTheFirstPath() {
        var server = server("llamacpp").seeingProbes().on(CHAT, request -> {
            if (request.number() == 1) request.json(503, Map.of("error", "loading the model"));
            else RuledChat.LLAMA_CPP.answer(request);
        });
        var policy = policy(server, e -> chat(e, true));
        assertThat(policy.notes()).isEmpty();
        var call = call(true, 0, FIRST);
        assertThat(sample(policy, call)).isEqualTo(said(RuledChat.PLAIN, true, call));
        assertThat(policy.notes()).contains("repeats the assistant's unfinished turn");
        sample(policy, call);
        assertThat(server.count(CHAT)).as("asked twice, then remembered").isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theCheckOfAnEndpointSaysThatTheServerRepeats(boolean repeats) {
        var server = chats(repeats ? RuledChat.LLAMA_CPP : RuledChat.PLAIN);
        var answer = Endpoints.ask(chat(endpoint(List.of(server.url())), true));
        assertThat(answer.part()).isNull();
        assertThat(answer.message())
                .isEqualTo("llama.cpp answers with m, up to 4096 tokens."
                        + (repeats
                                ? " The server repeats the assistant's unfinished turn in its answers; Espalier removes the repetition."
                                : ""));
    }

    @Test
    void theNextTokenIsTheOneBehindTheListedTurn() {
        var call = call(true, 0, FIRST);
        var plain = policy(chats(RuledChat.PLAIN), e -> chat(e, true));
        var listing = policy(chats(new RuledChat(true, false, true, 1)), e -> chat(e, true));
        assertThat(listing.nextTokens(call, Step.Text.EMPTY, 1).join().choices())
                .isEqualTo(plain.nextTokens(call, Step.Text.EMPTY, 1).join().choices())
                .isNotEmpty();
    }

    @Test
    void otherApisAreNotAsked() {
        var server = server("llamacpp").seeingProbes().on(COMPLETIONS, Ruled.VLLM::answer);
        var policy = new EndpointPolicy(endpoint(List.of(server.url())), ApiKey.NONE);
        open.add(policy);
        assertThat(server.count(COMPLETIONS) + server.count(CHAT)).isZero();
    }
}
