package dev.espalier.engine.device;

import java.lang.foreign.MemorySegment;

/// Memory of the host or of a device, zero at first, aligned to 64 bytes or more. Used by one thread at a time; any may close it.
public interface DeviceMemory extends AutoCloseable {
    long bytes();

    /// Whether Java can read and write it.
    boolean onHost();

    /// The memory for Java.
    ///
    /// @throws IllegalStateException where it is not [#onHost]
    MemorySegment segment();

    @Override
    void close();
}
