package dev.espalier.engine.device.library;

import java.lang.foreign.MemorySegment;

/// Shared code for calls into native libraries.
@SuppressWarnings("restricted") // reads texts that native code owns
public final class ForeignCalls {
    private ForeignCalls() {}

    /// Reads a zero-terminated string, "" for a null pointer.
    public static String text(MemorySegment chars) {
        return chars.address() == 0 ? "" : chars.reinterpret(Long.MAX_VALUE).getString(0);
    }

    /// Converts a throwable of a method handle: rethrows errors, returns runtime exceptions, wraps everything else.
    public static RuntimeException unexpected(Throwable e) {
        return switch (e) {
            case Error error -> throw error;
            case RuntimeException known -> known;
            default -> new IllegalStateException(e);
        };
    }
}
