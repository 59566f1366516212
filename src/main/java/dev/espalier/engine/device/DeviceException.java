package dev.espalier.engine.device;

import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/// The runtime's or the device's own words about a failure. Callers who know which model it was tell the person.
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

    /// Whether memory, of the host or of a device, did not suffice. ONNX Runtime has no number for it, only words.
    public boolean outOfMemory() {
        var words = String.valueOf(getMessage()).toLowerCase(Locale.ROOT);
        return Stream.of("memory is full", "out of memory", "failed to allocate memory", "bad_alloc", "more than its limit").anyMatch(words::contains);
    }

    /// What a person may do about it, behind a semicolon.
    ///
    /// @param otherwise where memory is not the reason
    public String advice(String otherwise) {
        return outOfMemory() ? "memory did not suffice: close other programs, choose a smaller model, a smaller precision or the CPU" : otherwise;
    }
}
