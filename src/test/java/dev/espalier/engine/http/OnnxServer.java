package dev.espalier.engine.http;

import dev.espalier.engine.Models;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Result;
import dev.espalier.model.RewardModel;
import dev.espalier.model.SampleKey;
import dev.espalier.model.Step;
import dev.espalier.model.StepSplitter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An OpenAI-compatible server with local models in this process, in vLLM's dialect: for a real search over HTTP.
public final class OnnxServer implements AutoCloseable {
    private static final String MARK = "<|solution|>";

    public final FakeServer http;
    private final ModelFolder folder;
    private final LanguageModel policy;
    private final RewardModel reward;
    private final Tokenizer tokenizer;
    private final Map<List<Integer>, String> problems = new ConcurrentHashMap<>();
    /// The required `Authorization`; null accepts all.
    public volatile @Nullable String authorization;

    /// @param folder of a policy whose chat format is `<|problem|>…<|solution|>`
    public OnnxServer(ModelFolder folder, ModelFolder rewardFolder) {
        this.folder = folder;
        policy = Models.policy(folder, Device.CPU, 1);
        reward = Models.reward(rewardFolder, Device.CPU, 1);
        tokenizer = Tokenizer.read(folder.path().resolve(folder.files().tokenizer()));
        http = new FakeServer("vllm", "served");
        http.on(
                "/tokenize",
                guarded(request -> request.json(
                        200,
                        Map.of("tokens", tokenize(request.body().path("prompt").asString())))));
        http.on("/v1/completions", guarded(this::complete));
        http.on("/pooling", guarded(this::pool));
    }

    private FakeServer.Handler guarded(FakeServer.Handler handler) {
        return request -> {
            var given = request.header("Authorization");
            if (authorization != null && !authorization.equals(given))
                request.json(401, Map.of("error", Map.of("message", "wrong key: " + given)));
            else handler.answer(request);
        };
    }

    /// The key that a seed stands for.
    public static SampleKey key(long seed) {
        return SampleKey.of(seed, "served", List.of());
    }

    private List<Integer> tokenize(String prompt) {
        var problem = problem(prompt);
        var ids = Arrays.stream(folder.prompting().chat().encode(tokenizer, problem, ""))
                .boxed()
                .toList();
        problems.put(ids, problem);
        return ids;
    }

    private static String problem(String prompt) {
        return prompt.substring("<|problem|>".length(), prompt.indexOf(MARK));
    }

    private static String said(String prompt) {
        return prompt.substring(prompt.indexOf(MARK) + MARK.length());
    }

    private void complete(FakeServer.Request request) throws IOException {
        var body = request.body();
        var prompt = body.path("prompt");
        String problem;
        int[] path;
        if (prompt.isArray()) {
            var ids = prompt.valueStream().map(JsonNode::asInt).toList();
            var known = problems.keySet().stream()
                    .filter(start -> start.size() <= ids.size()
                            && ids.subList(0, start.size()).equals(start))
                    .findFirst()
                    .orElseThrow();
            problem = problems.get(known);
            path = ids.subList(known.size(), ids.size()).stream()
                    .mapToInt(id -> id)
                    .toArray();
        } else {
            problem = problem(prompt.asString());
            path = policy.tokens(said(prompt.asString()));
        }
        var generation = new Generation(
                body.path("temperature").asDouble(),
                body.path("top_p").asDouble(),
                body.path("max_tokens").asInt(),
                folder.prompting().separator(),
                "");
        var steps = path.length == 0
                ? List.<Step>of()
                : List.of(Step.of(tokenizer.decode(path), path, new float[path.length]));
        var result = policy.generate(new LanguageModel.Call(
                        problem,
                        steps,
                        !body.path("stop").isEmpty(),
                        generation,
                        body.path("max_tokens").asInt(),
                        key(body.path("seed").asLong())))
                .join();
        int prompted = folder.prompting().chat().encode(tokenizer, problem, "").length + path.length;
        request.stream(
                List.of(
                        piece(result),
                        Map.of(
                                "choices",
                                List.of(),
                                "usage",
                                Map.of(
                                        "prompt_tokens",
                                        prompted,
                                        "completion_tokens",
                                        result.cost().generated()))),
                true);
    }

    private Map<String, Object> piece(Result.Sampled result) {
        var ids = new ArrayList<Integer>();
        var logProbs = new ArrayList<Float>();
        for (var step : result.steps()) {
            for (int id : step.tokens()) ids.add(id);
            for (float logProb : step.logProbs()) logProbs.add(logProb);
        }
        if (result.finish() == Finish.STOP) {
            ids.add(folder.prompting().endIds().getFirst());
            logProbs.add(0f);
        }
        var choice = new HashMap<String, Object>();
        choice.put("index", 0);
        choice.put(
                "text", String.join("", result.steps().stream().map(Step::text).toList()));
        choice.put("finish_reason", result.finish() == Finish.LENGTH ? "length" : "stop");
        choice.put(
                "stop_reason",
                result.finish() == Finish.STEP ? folder.prompting().separator() : null);
        choice.put("token_ids", ids);
        choice.put(
                "logprobs",
                Map.of(
                        "tokens",
                        ids.stream().map(id -> tokenizer.decode(new int[] {id})).toList(),
                        "token_logprobs",
                        logProbs));
        return Map.of("choices", List.of(choice));
    }

    private void pool(FakeServer.Request request) throws IOException {
        var text = request.body().path("input").asString();
        var steps = new StepSplitter(folder.prompting().separator())
                .split(said(text)).stream()
                        .map(step -> Step.of(step, new int[0], new float[0]))
                        .toList();
        var scores =
                reward.score(new RewardModel.Call(problem(text), steps, false)).join();
        request.json(
                200,
                Map.of(
                        "data",
                        List.of(Map.of(
                                "index",
                                0,
                                "data",
                                scores.scores().stream().map(List::of).toList())),
                        "usage",
                        Map.of("prompt_tokens", scores.cost().processed())));
    }

    @Override
    public void close() {
        http.close();
        policy.close();
        reward.close();
        tokenizer.close();
    }
}
