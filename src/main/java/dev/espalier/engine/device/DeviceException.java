package dev.espalier.engine.device;

import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/// A failure of ONNX Runtime or of a device, with their message. Callers that know the model turn it into an `EspalierException`.
public final class DeviceException extends RuntimeException {
    public DeviceException(String message) {
        super(message);
    }

    public DeviceException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /// True if host or device memory ran out. ONNX Runtime has no error code for this, so the message is searched.
    public boolean outOfMemory() {
        var message = String.valueOf(getMessage()).toLowerCase(Locale.ROOT);
        return Stream.of("memory is full", "out of memory", "failed to allocate memory", "bad_alloc", "more than its limit").anyMatch(message::contains);
    }

    /// Advice for the user, to be appended to a message after a semicolon.
    ///
    /// @param otherwise the advice if memory is not the cause
    public String advice(String otherwise) {
        return outOfMemory() ? "there was not enough memory: close other programs, or choose a smaller model, a smaller precision or the CPU" : otherwise;
    }
}
