package dev.espalier.engine.onnx;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.FarBackend;
import dev.espalier.engine.device.ort.NativeBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What policies of other programs' folders promise, through the C interface on a device whose memory Java cannot touch.
@Tag("slow")
class NativeExportedPolicyTest extends ExportedPolicyTest {
    @Override
    DeviceBackend backend() {
        return new FarBackend(NativeBackends.cpu());
    }

    /// One of each way to keep KV.
    @Override
    @ParameterizedTest
    @ValueSource(strings = {"llama-3.2", "qwen2.5-genai-f16"})
    void aRowIsTheSameAloneAndInABatchWhateverIsKept(String name) {
        super.aRowIsTheSameAloneAndInABatchWhateverIsKept(name);
    }
}
