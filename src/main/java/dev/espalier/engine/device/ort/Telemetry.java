package dev.espalier.engine.device.ort;

import dev.espalier.EspalierException;
import dev.espalier.io.ProcessVariables;

/// Turns off ONNX Runtime's telemetry. From version 1.29 on, the library sends data to Microsoft as soon as it is
/// loaded, unless an environment variable is set before. Its own switch (`OrtEnvironment.setTelemetry`) is too late
/// (docs/decisions/0090).
public final class Telemetry {
    static final String VARIABLE = "ORT_DISABLE_TELEMETRY";
    private static final String OFF = "1";

    private static boolean off = OFF.equals(System.getenv(VARIABLE));

    private Telemetry() {}

    /// Turns telemetry off for this process. Call it before ONNX Runtime is loaded, and early: `setenv` is not
    /// thread-safe.
    ///
    /// @throws EspalierException if that fails; then ONNX Runtime must not be loaded
    public static synchronized void turnOff() {
        if (off) return;
        try {
            ProcessVariables.set(VARIABLE, OFF);
            off = true;
        } catch (IllegalStateException e) {
            // No library is better than one that sends data.
            throw new EspalierException(
                    "ONNX Runtime's telemetry to Microsoft could not be turned off (" + e.getMessage()
                            + "), so it was not loaded. Set " + VARIABLE + "=" + OFF
                            + " in the environment and start Espalier again.",
                    e);
        }
    }
}
