package dev.espalier.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.FakeDeviceBackend;
import dev.espalier.engine.device.backends.Backends;
import dev.espalier.engine.device.ort.NativeBackends;
import dev.espalier.engine.folder.SampleModels;
import dev.espalier.engine.onnx.decode.PolicyLimits;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Result;
import dev.espalier.model.SampleKey;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The tests of policies, through the C API.
@Tag("slow")
class NativePolicyTest extends OnnxPolicyTest {
    @Override
    DeviceBackend backend() {
        return NativeBackends.cpu();
    }

    @Test
    void bothApisOfOnnxRuntimeGiveTheSameTokensAndLogProbabilities() {
        assertThat(samples(backend())).isEqualTo(samples(Backends.of(Device.CPU)));
    }

    @Test
    void onADeviceTheTokensAreTheSame() {
        var there = samples(new FakeDeviceBackend(backend()));
        var here = samples(backend());
        // Log-probabilities are rounded to single precision there.
        assertThat(tokens(there)).isEqualTo(tokens(here));
        for (int i = 0; i < here.size(); i++)
            for (int step = 0; step < here.get(i).steps().size(); step++)
                assertThat(there.get(i).steps().get(step).logProbs())
                        .containsExactly(here.get(i).steps().get(step).logProbs(), within(2e-6f));
    }

    @Test
    void onADeviceATreeKeepsItsPaths() {
        try (var there = new OnnxPolicy(
                        SampleModels.folder("policy-small"),
                        new FakeDeviceBackend(backend()),
                        1,
                        new PolicyLimits(16, 64 << 20));
                var here = policy(16, 64 << 20)) {
            assertThat(grow(there).stream().map(NativePolicyTest::tokens))
                    .isEqualTo(grow(here).stream().map(NativePolicyTest::tokens).toList());
        }
    }

    private static List<List<Integer>> tokens(List<Result.Sampled> samples) {
        return samples.stream()
                .map(sample -> sample.steps().stream()
                        .flatMap(step -> Arrays.stream(step.tokens()).boxed())
                        .toList())
                .toList();
    }

    private static List<Result.Sampled> samples(DeviceBackend backend) {
        try (var policy =
                new OnnxPolicy(SampleModels.folder("policy-small"), backend, 2, new PolicyLimits(16, 64 << 20))) {
            return IntStream.range(0, 20)
                    .mapToObj(i -> policy.generate(new LanguageModel.Call(
                            "Compute $3 + 4$.",
                            List.of(),
                            false,
                            new Generation(0.8, 0.95, 60, "\n\n", ""),
                            60,
                            SampleKey.of(1, "n", List.of(i)))))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
        }
    }
}
