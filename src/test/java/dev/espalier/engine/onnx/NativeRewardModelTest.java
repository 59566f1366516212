package dev.espalier.engine.onnx;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.FarBackend;
import dev.espalier.engine.device.ort.NativeBackends;
import org.junit.jupiter.api.Tag;

/// What reward models promise, through the C interface and on a device whose memory Java cannot touch.
@Tag("slow")
class NativeRewardModelTest extends OnnxRewardModelTest {
    @Override
    DeviceBackend backend() {
        return new FarBackend(NativeBackends.cpu());
    }
}
