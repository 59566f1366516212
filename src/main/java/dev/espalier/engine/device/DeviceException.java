package dev.espalier.engine.device;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/// The runtime's or the device's own words about a failure. Callers who know which model it was tell the person.
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

    /// Whether memory, of the host or of a device, did not suffice. ONNX Runtime has no number for it, only words.
    public boolean outOfMemory() {
        var words = String.valueOf(getMessage()).toLowerCase(Locale.ROOT);
        return Stream.of("memory is full", "out of memory", "failed to allocate memory", "bad_alloc", "more than its limit").anyMatch(words::contains);
    }

    /// What a person may do about it, behind a semicolon.
    ///
    /// @param otherwise where memory is not the reason
    public String advice(String otherwise) {
        if (endless) return "copy the model folder again, or give it more time with ESPALIER_JAVA_OPTIONS=-Despalier.loop-seconds=600";
        return outOfMemory() ? "memory did not suffice: close other programs, choose a smaller model, a smaller precision or the CPU" : otherwise;
    }
}
