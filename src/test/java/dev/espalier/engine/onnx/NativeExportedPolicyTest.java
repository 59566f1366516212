package dev.espalier.engine.onnx;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.FakeDeviceBackend;
import dev.espalier.engine.device.ort.NativeBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The tests of exported policies, through the C API on a fake device whose memory Java cannot access.
@Tag("slow")
class NativeExportedPolicyTest extends ExportedPolicyTest {
    @Override
    DeviceBackend backend() {
        return new FakeDeviceBackend(NativeBackends.cpu());
    }

    /// One model for each layout of KV.
    @Override
    @ParameterizedTest
    @ValueSource(strings = {"llama-3.2", "qwen2.5-genai-f16"})
    void aRowIsTheSameAloneAndInABatchWhateverIsCached(String name) {
        super.aRowIsTheSameAloneAndInABatchWhateverIsCached(name);
    }
}
