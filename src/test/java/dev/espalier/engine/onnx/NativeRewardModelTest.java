package dev.espalier.engine.onnx;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.NativeBackends;

/// What reward models promise, through the C interface.
class NativeRewardModelTest extends OnnxRewardModelTest {
    @Override
    DeviceBackend backend() {
        return NativeBackends.cpu();
    }
}
