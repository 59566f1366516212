package dev.espalier.engine.device;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/// A failure of ONNX Runtime or of a device, with their message. Callers that know the model turn it into an
/// `EspalierException`.
public final class DeviceException extends RuntimeException {
    private final boolean endless;

    public DeviceException(String message) {
        super(message);
        endless = false;
    }

    private DeviceException(Duration limit) {
        super("its graph has a loop that did not end within %d seconds".formatted(limit.toSeconds()));
        endless = true;
    }

    public DeviceException(String message, Throwable cause) {
        super(message, cause);
        endless = false;
    }

    /// Of a run that took longer than a graph with a loop may.
    public static DeviceException endless(Duration limit) {
        return new DeviceException(limit);
    }

    /// Whether the graph did not end. It is not run again.
    public boolean endless() {
        return endless;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /// True if host or device memory ran out. ONNX Runtime has no error code for this, so the message is searched.
    public boolean outOfMemory() {
        var message = String.valueOf(getMessage()).toLowerCase(Locale.ROOT);
        return Stream.of(
                        "memory is full",
                        "out of memory",
                        "failed to allocate memory",
                        "bad_alloc",
                        "more than its limit")
                .anyMatch(message::contains);
    }

    /// Advice for the user, to be appended to a message after a semicolon.
    ///
    /// @param otherwise the advice if memory is not the cause
    public String advice(String otherwise) {
        if (endless)
            return "copy the model folder again, or allow more time with ESPALIER_JAVA_OPTIONS=-Despalier.loop-seconds=600";
        return outOfMemory()
                ? "there was not enough memory: close other programs, or choose a smaller model, a smaller precision or the CPU"
                : otherwise;
    }
}
