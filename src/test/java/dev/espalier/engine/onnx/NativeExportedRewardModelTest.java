package dev.espalier.engine.onnx;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.FarBackend;
import dev.espalier.engine.device.ort.NativeBackends;

/// What reward models of other programs' folders promise, through the C interface on a device whose memory Java cannot touch.
class NativeExportedRewardModelTest extends ExportedRewardModelTest {
    @Override
    DeviceBackend backend() {
        return new FarBackend(NativeBackends.cpu());
    }
}
