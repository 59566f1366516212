package dev.espalier.engine.device;

import java.lang.foreign.MemorySegment;

/// Zero-initialised memory of the host or of a device, aligned to 64 bytes or more. Not thread-safe; any thread may
/// close it.
public interface DeviceMemory extends AutoCloseable {
    long bytes();

    /// True if Java can read and write the memory.
    boolean onHost();

    /// The memory as a segment that Java reads and writes.
    ///
    /// @throws IllegalStateException if the memory is not [#onHost] or is closed
    MemorySegment segment();

    @Override
    void close();
}
