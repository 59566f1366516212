package dev.espalier.engine.device.library;

import java.lang.foreign.MemorySegment;

/// What calls into native code have in common.
@SuppressWarnings("restricted") // reads texts that native code owns
public final class ForeignCalls {
    private ForeignCalls() {}

    /// A text that ends with a zero, "" for a null pointer.
    public static String text(MemorySegment chars) {
        return chars.address() == 0 ? "" : chars.reinterpret(Long.MAX_VALUE).getString(0);
    }

    /// What a call into native code can throw: our own exception, a virtual machine error, or a mistake in the caller.
    public static RuntimeException unexpected(Throwable e) {
        return switch (e) {
            case Error error -> throw error;
            case RuntimeException known -> known;
            default -> new IllegalStateException(e);
        };
    }
}
