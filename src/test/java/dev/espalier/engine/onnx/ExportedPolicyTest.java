package dev.espalier.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.Processor;
import dev.espalier.engine.device.backends.Backends;
import dev.espalier.engine.folder.ExportedModels;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.graph.GraphLayout;
import dev.espalier.engine.onnx.decode.PolicyLimits;
import dev.espalier.engine.onnx.exported.ExportedDecodeLoop;
import dev.espalier.engine.onnx.split.SplitGraph;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Result;
import dev.espalier.model.SampleKey;
import dev.espalier.model.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class ExportedPolicyTest {
    @TempDir
    private Path temporary;

    DeviceBackend backend() {
        return Backends.of(Device.CPU);
    }

    private OnnxPolicy policy(ModelFolder model, int rows, long cacheBytes) {
        return new OnnxPolicy(model, backend(), 1, new PolicyLimits(rows, cacheBytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-3.2", "llama-3.2@f32-exported", "qwen2.5-genai"})
    void rowsWaitIfTheirKvCouldExceedTheBudget(String name) {
        var model = ExportedModels.folder(name);
        // Memory for three rows of up to 128 positions, past and present.
        long token = 2L
                * model.shape().layers()
                * model.shape().kvHeads()
                * model.shape().headDim()
                * Float.BYTES;
        var calls = IntStream.range(0, 40)
                .mapToObj(i -> new LanguageModel.Call(
                        "2+" + i % 3, List.of(), false, new Generation(1, 1, 40, "\n\n\n\n", ""), 40, key(i)))
                .toList();
        try (var tight = new OnnxPolicy(model, backend(), 1, new PolicyLimits(8, 0, 1, 3 * 128 * token * 5 / 2));
                var wide = policy(model, 8, 0)) {
            assertThat(calls.stream().map(tight::generate).toList().stream()
                            .map(CompletableFuture::join)
                            .toList())
                    .isEqualTo(calls.stream().map(wide::generate).toList().stream()
                            .map(CompletableFuture::join)
                            .toList());
            assertThat(tight.rowsMean())
                    .as("as many as they need, whatever the context")
                    .isBetween(1.5, 5.0);
            assertThat(wide.rowsMean()).isGreaterThan(tight.rowsMean());
        }
    }

    private static SampleKey key(int i) {
        return SampleKey.of(1, "p", List.of(i));
    }

    /// Log-probabilities depend on all logits: they differ by at most twice the difference of the logits.
    @ParameterizedTest
    @CsvSource({
        "llama-3.2, 1e-3",
        "llama-3.2@f32-exported, 1e-3",
        "old-export, 1e-3",
        "qwen2.5-genai, 1e-3",
        "qwen2.5-genai-int4, 1e-3",
        "qwen3, 1e-3",
        "qwen3@f32-exported, 1e-3",
        "llama-3.2-f16, 5e-2",
        "llama-3.2-f16@f16-exported, 5e-2",
        "qwen2.5-genai-f16, 5e-2",
        "gemma, 1e-1"
    })
    void aGreedyTextEqualsPyTorchs(String name, double tolerance) {
        var greedy = ExportedModels.expected(name).path("greedy");
        var tokens = ExportedModels.ids(greedy.path("tokens"));
        try (var policy = policy(ExportedModels.folder(name), 1, 0)) {
            var prompt = ExportedModels.expected(name).path("prompts").get(0);
            var result = policy.generate(new LanguageModel.Call(
                            prompt.path("problem").asString(),
                            List.of(),
                            false,
                            new Generation(0, 1, tokens.length, "\n\n\n\n", ""),
                            tokens.length,
                            key(0)))
                    .join();
            var steps = result.steps();
            assertThat(steps.stream()
                            .flatMapToInt(s -> IntStream.of(s.tokens()))
                            .toArray())
                    .containsExactly(tokens);
            var found = new ArrayList<Double>();
            for (var step : steps) for (float logProb : step.logProbs()) found.add((double) logProb);
            assertThat(found.stream().mapToDouble(d -> d).toArray())
                    .containsExactly(
                            ExportedModels.numbers(greedy.path("log_probabilities")), Offset.offset(tolerance));
        }
    }

    /// Compares all logits after the prompt, up to the constant that normalises them.
    @ParameterizedTest
    @CsvSource({
        "llama-3.2, 1e-3",
        "llama-3.2@f32-exported, 1e-3",
        "old-export, 1e-3",
        "qwen2.5-genai, 1e-3",
        "qwen2.5-genai-int4, 1e-3",
        "qwen3, 1e-3",
        "qwen3@f32-exported, 1e-3",
        "llama-3.2-f16, 5e-2",
        "llama-3.2-f16@f16-exported, 5e-2",
        "qwen2.5-genai-f16, 5e-2",
        "gemma, 1e-1"
    })
    void theLogitsAfterAPromptEqualPyTorchs(String name, double tolerance) {
        var model = ExportedModels.folder(name);
        try (var policy = policy(model, 1, 0)) {
            var expected = ExportedModels.numbers(
                    ExportedModels.expected(name).path("forward").path("last"));
            var prompt = ExportedModels.expected(name).path("prompts").get(0);
            assertThat(ExportedModels.ids(prompt.path("ids")))
                    .containsExactly(ExportedModels.ids(
                            ExportedModels.expected(name).path("forward").path("ids")));
            var choices = policy.nextTokens(
                            new LanguageModel.Call(
                                    prompt.path("problem").asString(),
                                    List.of(),
                                    true,
                                    new Generation(0, 1, 1, "\n\n", ""),
                                    1,
                                    key(0)),
                            Step.Text.EMPTY,
                            model.shape().vocabulary())
                    .join()
                    .choices();
            assertThat(choices).hasSizeGreaterThan(expected.length / 2);
            double normaliser = choices.stream()
                    .mapToDouble(choice -> choice.logProb() - expected[choice.token()])
                    .average()
                    .orElseThrow();
            for (var choice : choices)
                assertThat(choice.logProb() - normaliser)
                        .as("logit of token %d", choice.token())
                        .isCloseTo(expected[choice.token()], Offset.offset(tolerance));
        }
    }

    private static final List<String> PROBLEMS = List.of(
            "What is $12 + 7$?",
            "Solve the problem step by step. The number is $19/2$, so what is the value of x?",
            "x");

    private static LanguageModel.Call call(int i, List<Step> path, boolean step, String separator, int most) {
        return new LanguageModel.Call(
                PROBLEMS.get(i % PROBLEMS.size()),
                path,
                step,
                new Generation(1, 1, 200, separator, i % 2 == 0 ? "" : "Be brief."),
                most,
                key(i));
    }

    private static List<Result.Sampled> all(OnnxPolicy policy, List<LanguageModel.Call> calls) {
        return calls.stream().map(policy::generate).toList().stream()
                .map(CompletableFuture::join)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama-3.2",
                "llama-3.2@f32-exported",
                "old-export",
                "qwen2.5-genai",
                "qwen2.5-genai-int4",
                "qwen2.5-genai-int4-a8",
                "qwen2.5-genai-int4-a8-wide",
                "qwen3",
                "qwen3@f32-exported",
                "llama-3.2-f16",
                "llama-3.2-f16@f16-exported",
                "qwen2.5-genai-f16",
                "gemma",
                "torch-eager",
                "torch-products",
                "torch-where",
                "torch-older",
                "torch-int8"
            })
    void aRowIsTheSameAloneAndInABatchWhateverIsCached(String name) {
        aRowIsTheSameAloneAndInABatchWhateverIsCached(ExportedModels.folder(name));
    }

    /// Large models are split.
    @ParameterizedTest
    @ValueSource(strings = {"llama-3.2", "qwen3", "torch-eager", "torch-products"})
    void aRowOfASplitGraphIsTheSameAloneAndInABatch(String name) {
        var model = ExportedModels.of(ExportedModels.folder(name), 20_000_000);
        try (var graph = GraphLoader.open(model, Backends.of(Device.CPU), 2, 2, 2)) {
            assertThat(graph).isInstanceOf(SplitGraph.class);
        }
        aRowIsTheSameAloneAndInABatchWhateverIsCached(model);
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-3.2", "qwen3", "torch-eager", "torch-products", "torch-where", "torch-older"})
    void aRowOfQuantizedWeightsIsTheSameAloneAndInABatch(String name) {
        var rounded = RewriteCheck.checked(
                ExportedModels.folder(name).rounded(Path.of("")), Backends.of(Device.CPU), 1, temporary);
        assertThat(rounded.execution().precision()).isEqualTo("int8");
        aRowIsTheSameAloneAndInABatchWhateverIsCached(rounded);
        aRowIsTheSameAloneAndInABatchWhateverIsCached(ExportedModels.of(rounded, 20_000_000));
    }

    /// Quantization affects tiny random models more than real ones.
    @ParameterizedTest
    @ValueSource(strings = {"llama-3.2", "qwen3", "torch-eager", "torch-products", "torch-where", "torch-older"})
    void quantizedWeightsGiveNearlyTheSameProbabilities(String name) {
        assumeFalse(Processor.withoutVnni(), "NOT TESTED: without VNNI products of 8-bit numbers overflow");
        var model = ExportedModels.folder(name);
        var rounded = RewriteCheck.checked(model.rounded(Path.of("")), Backends.of(Device.CPU), 1, temporary);
        try (var first = policy(model, 1, 0);
                var second = policy(rounded, 1, 0)) {
            for (var problem : PROBLEMS) {
                var call = new LanguageModel.Call(
                        problem, List.of(), true, new Generation(0, 1, 1, "\n\n", ""), 1, key(0));
                var expected = new double[model.shape().vocabulary()];
                for (var choice : first.nextTokens(
                                call, Step.Text.EMPTY, model.shape().vocabulary())
                        .join()
                        .choices()) expected[choice.token()] = choice.logProb();
                double divergence = 0;
                for (var choice : second.nextTokens(
                                call, Step.Text.EMPTY, model.shape().vocabulary())
                        .join()
                        .choices())
                    divergence += Math.exp(expected[choice.token()]) * (expected[choice.token()] - choice.logProb());
                assertThat(divergence).as("nats").isBetween(1e-12, 0.05);
            }
        }
    }

    private void aRowIsTheSameAloneAndInABatchWhateverIsCached(ModelFolder model) {
        var calls = IntStream.range(0, 14)
                .mapToObj(i -> call(i, List.of(), false, "\n\n", 20 + 9 * (i % 5)))
                .toList();
        try (var alone = policy(model, 1, 0);
                var together = policy(model, 9, 8 << 20)) {
            var first = calls.stream().map(call -> alone.generate(call).join()).toList();
            assertThat(all(together, calls)).isEqualTo(first);
            // Continuations: one policy has the parents' KV in its cache, the other computes it again.
            var grown = IntStream.range(0, 14)
                    .filter(i -> !first.get(i).steps().isEmpty())
                    .mapToObj(i -> call(i, first.get(i).steps(), true, "e", 12))
                    .toList();
            assertThat(all(together, grown))
                    .isEqualTo(grown.stream()
                            .map(call -> alone.generate(call).join())
                            .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-3.2", "qwen3", "torch-eager", "torch-products", "torch-where", "torch-older"})
    void aRewrittenGraphGivesTheOriginalsProbabilities(String name) {
        var model = ExportedModels.folder(name);
        assertThat(model.execution().layout()).isEqualTo(GraphLayout.REWRITTEN);
        var calls = IntStream.range(0, 12)
                .mapToObj(i -> new LanguageModel.Call(
                        "x" + i % 4, List.of(), false, new Generation(1, 1, 30, "\n\n\n\n", ""), 30, key(i)))
                .toList();
        try (var rewritten = policy(model, 9, 8 << 20);
                var cut = policy(ExportedModels.of(model, 20_000_000), 9, 8 << 20);
                var original = policy(model.exported("compared"), 9, 8 << 20)) {
            var expected = all(original, calls);
            for (var found : List.of(all(rewritten, calls), all(cut, calls))) {
                for (int i = 0; i < calls.size(); i++) {
                    assertThat(tokens(found.get(i))).containsExactly(tokens(expected.get(i)));
                    assertThat(logProbs(found.get(i))).containsExactly(logProbs(expected.get(i)), Offset.offset(1e-3));
                }
            }
        }
    }

    private static int[] tokens(Result.Sampled result) {
        return result.steps().stream()
                .flatMapToInt(step -> IntStream.of(step.tokens()))
                .toArray();
    }

    private static double[] logProbs(Result.Sampled result) {
        return result.steps().stream()
                .flatMapToDouble(
                        step -> IntStream.range(0, step.logProbs().length).mapToDouble(i -> step.logProbs()[i]))
                .toArray();
    }

    @Test
    void paddingIdsAreNeverDrawn() {
        var model = ExportedModels.folder("qwen3");
        try (var policy = policy(model, 8, 0)) {
            int known = dev.espalier.engine.folder.Tokenizer.read(model.path().resolve("tokenizer.json"))
                    .size();
            assertThat(known).isLessThan(model.shape().vocabulary());
            for (var result : all(
                    policy,
                    IntStream.range(0, 20)
                            .mapToObj(i -> new LanguageModel.Call(
                                    "x", List.of(), false, new Generation(5, 1, 60, "\n\n", ""), 60, key(i)))
                            .toList()))
                for (var step : result.steps())
                    assertThat(IntStream.of(step.tokens()).max().orElse(0)).isLessThan(known);
        }
    }

    @Test
    void lanesHaveOneOfAFewLengths() {
        assertThat(IntStream.of(1, 64, 65, 96, 97, 129, 193, 1000)
                        .map(ExportedDecodeLoop::laneLength)
                        .toArray())
                .containsExactly(64, 64, 96, 96, 128, 192, 256, 1024);
    }
}
