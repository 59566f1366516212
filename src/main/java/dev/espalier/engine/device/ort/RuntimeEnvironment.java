package dev.espalier.engine.device.ort;

import ai.onnxruntime.OrtEnvironment;
import dev.espalier.engine.device.library.RuntimeJar;
import dev.espalier.io.NativeLibraries;

/// The one environment of ONNX Runtime's Java interface.
final class RuntimeEnvironment {
    /// Where ONNX Runtime's Java interface looks for its libraries; it copies what it does not find there to the temporary folder.
    private static final String LIBRARIES = "onnxruntime.native.path";

    private RuntimeEnvironment() {}

    /// Call it before any other class of the interface is used: the first one loads the library.
    static OrtEnvironment shared() {
        // Here, not where the class is initialised: its sentence would be lost there.
        Telemetry.turnOff();
        return Shared.ENVIRONMENT;
    }

    private static final class Shared {
        static final OrtEnvironment ENVIRONMENT = start();
    }

    private static OrtEnvironment start() {
        if (System.getProperty(LIBRARIES) == null)
            NativeLibraries.unpack(OrtEnvironment.class, RuntimeJar::javaLibrary).ifPresent(folder -> System.setProperty(LIBRARIES, folder.toString()));
        return LargeStack.run("onnxruntime-environment", OrtEnvironment::getEnvironment);
    }
}
