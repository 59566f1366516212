package dev.espalier.engine.device;

/// The runtime's or the device's own words about a failure. Callers who know which model it was tell the person.
public final class DeviceException extends RuntimeException {
    public DeviceException(String message) {
        super(message);
    }

    public DeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
