package dev.espalier.engine.device.ort;

import ai.onnxruntime.OrtEnvironment;
import dev.espalier.engine.device.library.RuntimeJar;
import dev.espalier.io.NativeLibraries;

/// The single environment of ONNX Runtime's Java API.
final class RuntimeEnvironment {
    /// System property with the folder in which ONNX Runtime's Java API searches its libraries. Libraries not found
    /// there are copied to the temporary folder.
    private static final String LIBRARIES = "onnxruntime.native.path";

    private RuntimeEnvironment() {}

    /// Call it before using any other class of the API: the first one loads the library.
    static OrtEnvironment shared() {
        // Not in the static initialiser, where the exception's message would be lost.
        Telemetry.turnOff();
        return Shared.ENVIRONMENT;
    }

    private static final class Shared {
        static final OrtEnvironment ENVIRONMENT = start();
    }

    private static OrtEnvironment start() {
        if (System.getProperty(LIBRARIES) == null)
            NativeLibraries.unpack(OrtEnvironment.class, RuntimeJar::javaLibrary)
                    .ifPresent(folder -> System.setProperty(LIBRARIES, folder.toString()));
        return LargeStack.run("onnxruntime-environment", OrtEnvironment::getEnvironment);
    }
}
