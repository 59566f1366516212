package dev.espalier.engine.device;

import dev.espalier.engine.format.TensorType;
import java.lang.foreign.MemorySegment;

/// A tensor over a part of a [DeviceMemory], or one that a run allocated. Closing it does not close that
/// [DeviceMemory].
public interface DeviceTensor extends AutoCloseable {
    TensorType type();

    /// The elements as a read-only segment, without copying where possible. Valid while the tensor is open.
    MemorySegment read();

    @Override
    void close();
}
