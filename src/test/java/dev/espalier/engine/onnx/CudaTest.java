package dev.espalier.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.engine.device.backends.Backends;
import dev.espalier.engine.folder.ExportedModels;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.SampleModels;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.onnx.decode.PolicyLimits;
import dev.espalier.engine.onnx.sampling.DeviceDrawsTest;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Result;
import dev.espalier.model.SampleKey;
import dev.espalier.model.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs on a GPU; skipped with the reason if there is none. With `-Despalier.test.cuda=true` the reason is a failure.
class CudaTest {
    /// Half precision has three decimal digits; the model has two layers.
    private static final double HALF = 5e-2;
    private static final double SINGLE = 1e-3;

    private static DeviceBackend cuda() {
        try {
            return Backends.of(DeviceChoice.of(Device.CUDA).withLibraries(Path.of("target", "onnxruntime")));
        } catch (EspalierException e) {
            if (Boolean.getBoolean("espalier.test.cuda")) throw e;
            return abort("skipped: " + e.getMessage());
        }
    }

    private static List<Result.Sampled> samples(ModelFolder model, DeviceBackend backend) {
        try (var policy = new OnnxPolicy(model, backend, 1, new PolicyLimits(16, 64 << 20))) {
            return IntStream.range(0, 16)
                    .mapToObj(i -> policy.generate(new LanguageModel.Call(
                            "What is $12 + 7$?",
                            List.of(),
                            false,
                            new Generation(0.8, 0.95, 24, "\n\n\n\n", ""),
                            24,
                            SampleKey.of(1, "cuda", List.of(i)))))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
        }
    }

    /// In single precision the kernels round differently, so a draw may select another token; most rows have the
    /// CPU's tokens.
    @ParameterizedTest
    @ValueSource(strings = {"llama-3.2", "qwen3"})
    void inSinglePrecisionTheTokensEqualTheCpus(String name) {
        var there = samples(ExportedModels.folder(name), cuda());
        var here = samples(ExportedModels.folder(name), Backends.of(Device.CPU));
        assertThat(IntStream.range(0, 16)
                        .filter(i -> same(there.get(i), here.get(i), SINGLE))
                        .count())
                .isGreaterThanOrEqualTo(14);
    }

    /// GroupQueryAttention has no single-precision kernel for CUDA, so it runs on the CPU within the graph.
    @Test
    void theSampleModelRunsToo() {
        var there = samples(SampleModels.folder("policy-small"), cuda());
        var here = samples(SampleModels.folder("policy-small"), Backends.of(Device.CPU));
        assertThat(IntStream.range(0, 16)
                        .filter(i -> same(there.get(i), here.get(i), SINGLE))
                        .count())
                .isGreaterThanOrEqualTo(14);
    }

    /// The main case for CUDA: GroupQueryAttention in half precision, past and present in one GPU memory.
    @Test
    void inHalfPrecisionAGreedyTextEqualsPyTorchsUpToItsFirstCloseDecision() {
        var backend = cuda();
        var expected = ExportedModels.expected("qwen2.5-genai-f16");
        var tokens = ExportedModels.ids(expected.path("greedy").path("tokens"));
        var logProbs = ExportedModels.numbers(expected.path("greedy").path("log_probabilities"));
        try (var policy =
                new OnnxPolicy(ExportedModels.folder("qwen2.5-genai-f16"), backend, 1, new PolicyLimits(1, 0))) {
            var result = policy.generate(new LanguageModel.Call(
                            expected.path("prompts").get(0).path("problem").asString(),
                            List.of(),
                            false,
                            new Generation(0, 1, tokens.length, "\n\n\n\n", ""),
                            tokens.length,
                            SampleKey.of(1, "g", List.of(0))))
                    .join();
            var step = result.steps().getFirst();
            assertThat(step.tokens()[0]).isEqualTo(tokens[0]);
            assertThat((double) step.logProbs()[0]).isCloseTo(logProbs[0], within(HALF));
        }
    }

    @Test
    void drawsOnTheGpuEqualTheHosts() {
        var backend = cuda();
        for (var element : List.of(ElementType.F32, ElementType.F16)) DeviceDrawsTest.compare(backend, element, 1300);
    }

    private static boolean same(Result.Sampled a, Result.Sampled b, double tolerance) {
        if (a.steps().size() != b.steps().size()) return false;
        for (int i = 0; i < a.steps().size(); i++)
            if (!same(a.steps().get(i), b.steps().get(i), tolerance)) return false;
        return true;
    }

    private static boolean same(Step a, Step b, double tolerance) {
        if (!java.util.Arrays.equals(a.tokens(), b.tokens())) return false;
        for (int i = 0; i < a.tokens().length; i++)
            if (Math.abs(a.logProbs()[i] - b.logProbs()[i]) > tolerance) return false;
        return true;
    }
}
