package dev.espalier.engine.device;

import dev.espalier.engine.Device;
import dev.espalier.engine.DeviceChoice;
import java.nio.file.Path;

/// The backend over the C interface, for tests: on the CPU with the library from the class path.
public final class NativeBackends {
    private static final class Cpu {
        static final DeviceBackend SHARED = NativeBackend.onCpu(runtime(), "CPU");
    }

    private NativeBackends() {}

    public static DeviceBackend cpu() {
        return Cpu.SHARED;
    }

    static OrtRuntime runtime() {
        return OrtRuntime.load(RuntimeSearch.bundled(DeviceChoice.of(Device.CPU).withLibraries(Path.of("target", "onnxruntime"))).library());
    }
}
