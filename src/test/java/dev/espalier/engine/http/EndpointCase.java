package dev.espalier.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.folder.ChatFormat;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.http.endpoint.ApiKey;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.endpoint.Endpoint.Api;
import dev.espalier.engine.http.endpoint.Endpoint.Stop;
import dev.espalier.engine.http.wire.Time;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Result;
import dev.espalier.model.SampleKey;
import dev.espalier.model.Step;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/// Base of tests of a policy behind HTTP: servers, policies, calls and expected results.
abstract class EndpointCase {
    static final String COMPLETIONS = "/v1/completions";
    static final Generation GENERATION = new Generation(0.8, 0.9, 200, "\n\n", "");

    final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var one : open.reversed()) one.close();
    }

    FakeServer server(String owner) {
        var server = new FakeServer(owner, "m");
        open.add(server);
        return server;
    }

    FakeServer ruled(Ruled rule) {
        return server("vllm").on(COMPLETIONS, rule::answer);
    }

    static Endpoint endpoint(List<URI> urls) {
        var timeouts = new Endpoint.Timeouts(
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                3,
                Duration.ofSeconds(60),
                Duration.ofNanos(1));
        return new Endpoint(
                "test",
                ModelFolder.Kind.POLICY,
                "",
                urls,
                "m",
                null,
                Api.COMPLETIONS,
                Stop.AUTO,
                "",
                Endpoint.Limits.DEFAULT,
                timeouts,
                true,
                "",
                new ChatFormat("plain", Ruled.TEMPLATE),
                "\n\n",
                "",
                200,
                0,
                0,
                Endpoint.Scores.DEFAULT);
    }

    static Endpoint with(
            Endpoint e, Api api, Stop stop, Endpoint.Limits limits, Endpoint.Timeouts timeouts, boolean stream) {
        return new Endpoint(
                e.name(),
                e.kind(),
                "",
                e.urls(),
                e.model(),
                e.server(),
                api,
                stop,
                e.key(),
                limits,
                timeouts,
                stream,
                e.extra(),
                e.chat(),
                e.separator(),
                "",
                200,
                0,
                0,
                e.scores());
    }

    static UnaryOperator<Endpoint> limits(int concurrency, int samples) {
        return e -> with(e, e.api(), e.stop(), new Endpoint.Limits(concurrency, 0, samples), e.timeouts(), e.stream());
    }

    static UnaryOperator<Endpoint> silence(Duration silence) {
        return e -> with(
                e,
                e.api(),
                e.stop(),
                e.limits(),
                new Endpoint.Timeouts(
                        silence, silence, Duration.ofSeconds(60), 2, Duration.ofSeconds(60), Duration.ofNanos(1)),
                e.stream());
    }

    static final UnaryOperator<Endpoint> WHOLE = e -> with(e, e.api(), e.stop(), e.limits(), e.timeouts(), false);
    static final UnaryOperator<Endpoint> CUT = e -> with(e, e.api(), Stop.CUT, e.limits(), e.timeouts(), e.stream());

    EndpointPolicy policy(FakeServer server) {
        return policy(server, UnaryOperator.identity());
    }

    EndpointPolicy policy(FakeServer server, UnaryOperator<Endpoint> change) {
        return policy(server, change, Time.REAL);
    }

    EndpointPolicy policy(FakeServer server, UnaryOperator<Endpoint> change, Time time) {
        var policy = new EndpointPolicy(change.apply(endpoint(List.of(server.url()))), ApiKey.NONE, time);
        open.add(policy);
        return policy;
    }

    static SampleKey key(int sample) {
        return SampleKey.of(1, "p", List.of(sample));
    }

    static LanguageModel.Call call(boolean stopAtStep, int sample, Step... path) {
        return new LanguageModel.Call("What is 1 + 1?", List.of(path), stopAtStep, GENERATION, 200, key(sample));
    }

    static Result.Sampled sample(LanguageModel policy, LanguageModel.Call call) {
        return policy.generate(call).orTimeout(1, TimeUnit.MINUTES).join();
    }

    /// The rule's answer as a result, in the form of a local model's.
    static Result.Sampled expected(LanguageModel.Call call) {
        var prompt = Ruled.TEMPLATE.replace("{problem}", call.prompt().text())
                + String.join("", call.path().stream().map(Step::text).toList());
        var steps = new ArrayList<Step>();
        var text = new StringBuilder();
        var logProbs = new ArrayList<Float>();
        int generated = 0;
        for (var token : Ruled.tokens(prompt, EndpointPolicy.seed(call.key()), false)) {
            generated++;
            boolean end = token.text().equals("<|end|>");
            if (!end) {
                text.append(token.text());
                logProbs.add((float) token.logProb());
            }
            if (end || text.indexOf("\n\n") >= 0) {
                steps.add(step(text.toString(), logProbs));
                text.setLength(0);
                logProbs.clear();
                var cost = new Cost(generated, generated + (call.path().isEmpty() ? prompt.length() - 1 : 0));
                if (end || call.stopAtStep()) return new Result.Sampled(steps, end ? Finish.STOP : Finish.STEP, cost);
            }
        }
        throw new AssertionError("every continuation ends");
    }

    static Step step(String text, List<Float> logProbs) {
        var ids = new int[logProbs.size()];
        java.util.Arrays.fill(ids, -1);
        var numbers = new float[logProbs.size()];
        for (int i = 0; i < numbers.length; i++) numbers[i] = logProbs.get(i);
        return Step.of(text, ids, numbers);
    }

    static void assertSays(LanguageModel policy, LanguageModel.Call call) {
        assertThat(sample(policy, call)).isEqualTo(expected(call));
    }
}
