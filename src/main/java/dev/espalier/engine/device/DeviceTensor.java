package dev.espalier.engine.device;

import dev.espalier.engine.format.TensorType;
import java.lang.foreign.MemorySegment;

/// A tensor over a part of some [DeviceMemory], or one that a run has made. Closing it leaves the memory it lies over alone.
public interface DeviceTensor extends AutoCloseable {
    TensorType type();

    /// The elements for Java, at best without copying; valid while the tensor is open, and to be read only.
    MemorySegment read();

    @Override
    void close();
}
