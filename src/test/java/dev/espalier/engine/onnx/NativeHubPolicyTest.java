package dev.espalier.engine.onnx;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.FarBackend;
import dev.espalier.engine.device.NativeBackends;

/// What policies of other programs' folders promise, through the C interface on a device whose memory Java cannot touch.
class NativeHubPolicyTest extends HubPolicyTest {
    @Override
    DeviceBackend backend() {
        return new FarBackend(NativeBackends.cpu());
    }
}
