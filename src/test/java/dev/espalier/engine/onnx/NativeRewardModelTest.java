package dev.espalier.engine.onnx;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.FakeDeviceBackend;
import dev.espalier.engine.device.ort.NativeBackends;
import org.junit.jupiter.api.Tag;

/// The tests of reward models, through the C API and on a fake device whose memory Java cannot access.
@Tag("slow")
class NativeRewardModelTest extends OnnxRewardModelTest {
    @Override
    DeviceBackend backend() {
        return new FakeDeviceBackend(NativeBackends.cpu());
    }
}
