package dev.espalier.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Device;
import dev.espalier.engine.SampleModels;
import dev.espalier.engine.device.Backends;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.NativeBackends;
import dev.espalier.search.Generation;
import dev.espalier.search.LanguageModel;
import dev.espalier.search.Result;
import dev.espalier.search.SampleKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What policies promise, through the C interface.
class NativePolicyTest extends OnnxPolicyTest {
    @Override
    DeviceBackend backend() {
        return NativeBackends.cpu();
    }

    @Test
    void bothInterfacesOfOnnxRuntimeGiveTheSameTokensAndLogProbabilities() {
        assertThat(samples(backend())).isEqualTo(samples(Backends.of(Device.CPU)));
    }

    private static List<Result.Sampled> samples(DeviceBackend backend) {
        try (var policy = new OnnxPolicy(SampleModels.folder("policy-small"), backend, 2, new OnnxPolicy.Limits(16, 64 << 20))) {
            return IntStream.range(0, 20).mapToObj(i -> policy.generate(new LanguageModel.Call("Compute $3 + 4$.", List.of(), false, new Generation(0.8, 0.95, 60, "\n\n", ""), 60,
                SampleKey.of(1, "n", List.of(i))))).toList().stream().map(CompletableFuture::join).toList();
        }
    }
}
