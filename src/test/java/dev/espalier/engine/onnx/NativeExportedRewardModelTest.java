package dev.espalier.engine.onnx;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.FakeDeviceBackend;
import dev.espalier.engine.device.ort.NativeBackends;

/// The tests of exported reward models, through the C API on a fake device whose memory Java cannot access.
class NativeExportedRewardModelTest extends ExportedRewardModelTest {
    @Override
    DeviceBackend backend() {
        return new FakeDeviceBackend(NativeBackends.cpu());
    }
}
