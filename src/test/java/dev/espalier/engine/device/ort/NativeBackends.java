package dev.espalier.engine.device.ort;

import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.engine.device.library.RuntimeSearch;
import java.nio.file.Path;

/// The backend over the C API, for tests: on the CPU, with the library from the class path or the one named by
/// `-Despalier.onnxruntime`.
public final class NativeBackends {
    private static final class Cpu {
        static final DeviceBackend SHARED = NativeBackend.onCpu(runtime(), "CPU");
    }

    private NativeBackends() {}

    public static DeviceBackend cpu() {
        return Cpu.SHARED;
    }

    /// ONNX Runtime's library itself.
    public static Path library() {
        return runtime().library();
    }

    public static OrtRuntime runtime() {
        var choice = DeviceChoice.of(Device.CPU).withLibraries(Path.of("target", "onnxruntime"));
        return OrtRuntime.load(RuntimeSearch.chosen(choice)
                .orElseGet(() -> RuntimeSearch.bundled(choice))
                .library());
    }

    /// The version that the library reports.
    public static String version() {
        return runtime().api().version();
    }
}
