package dev.espalier.engine.device.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.library.Platform;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;

/// Turns off ONNX Runtime's telemetry. From version 1.29 on, the library sends data to Microsoft as soon as it is
/// loaded, unless an environment variable is set before. Its own switch (`OrtEnvironment.setTelemetry`) is too late
/// (docs/decisions/0090).
@SuppressWarnings("restricted") // sets variables of the process through its C library
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
            setVariable();
            off = true;
        } catch (Throwable e) {
            // No library is better than one that sends data.
            throw new EspalierException(
                    "ONNX Runtime's telemetry to Microsoft could not be turned off (" + e.getMessage()
                            + "), so it was not loaded. Set " + VARIABLE + "=" + OFF
                            + " in the environment and start Espalier again.",
                    e);
        }
    }

    /// Sets the variable through the C library, where ONNX Runtime reads it. Java has no function for it.
    private static void setVariable() throws Throwable {
        var linker = Linker.nativeLinker();
        try (var arena = Arena.ofConfined()) {
            var name = arena.allocateFrom(VARIABLE);
            var value = arena.allocateFrom(OFF);
            int failed;
            if (Platform.WINDOWS) {
                var put = linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("_putenv_s"),
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
                failed = (int) put.invokeExact(name, value);
                var kernel = SymbolLookup.libraryLookup("kernel32", arena);
                var set = linker.downcallHandle(
                        kernel.findOrThrow("SetEnvironmentVariableA"),
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
                if ((int) set.invokeExact(name, value) == 0) failed = 1;
            } else {
                var set = linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("setenv"),
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
                failed = (int) set.invokeExact(name, value, 1);
            }
            if (failed != 0) throw new IllegalStateException("the C library refused to set " + VARIABLE);
        }
    }
}
