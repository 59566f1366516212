package dev.espalier.engine.device;

import dev.espalier.engine.Device;

/// The backend of each device a person can choose.
public final class Backends {
    private Backends() {}

    /// @throws dev.espalier.EspalierException that says what to install, where the device cannot be used
    public static DeviceBackend of(Device device) {
        return switch (device) {
            case AUTO, CPU -> OfficialBackend.SHARED;
            case CUDA -> throw new dev.espalier.EspalierException("This build of ONNX Runtime has no CUDA; choose the CPU, or build Espalier with -Pgpu on Linux or Windows on x86-64.");
        };
    }
}
