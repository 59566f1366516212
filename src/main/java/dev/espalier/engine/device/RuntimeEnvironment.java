package dev.espalier.engine.device;

import ai.onnxruntime.OrtEnvironment;

/// The one environment of ONNX Runtime's Java interface.
final class RuntimeEnvironment {
    private static final OrtEnvironment SHARED = LargeStack.run("onnxruntime-environment", OrtEnvironment::getEnvironment);

    private RuntimeEnvironment() {}

    static OrtEnvironment shared() {
        return SHARED;
    }
}
