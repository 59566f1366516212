package dev.espalier.engine.device;

import java.nio.file.Path;

/// The backend over the C interface, for tests: on the CPU with the library from the class path, or the one that `-Despalier.onnxruntime` names.
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

    static OrtRuntime runtime() {
        var choice = DeviceChoice.of(Device.CPU).withLibraries(Path.of("target", "onnxruntime"));
        return OrtRuntime.load(RuntimeSearch.chosen(choice).orElseGet(() -> RuntimeSearch.bundled(choice)).library());
    }
}
