package dev.espalier.engine.device;

import dev.espalier.engine.format.ElementType;
import java.nio.file.Path;

/// Loads graphs and creates tensors on one device. One instance serves all models and lives as long as the process.
/// Thread-safe.
public interface DeviceBackend {
    /// The device's display name, for example "CPU" or "CUDA device 0 (NVIDIA L4)".
    String device();

    /// True if the device is the CPU. Then all memory is host memory.
    boolean cpu();

    /// Bytes of device memory that can still be allocated; [Long#MAX_VALUE] if the backend does not track memory.
    long availableBytes();

    /// Loads a graph file with its external data.
    DeviceSession open(Path graph, GraphOptions options);

    /// Loads a graph from the bytes of an ONNX file.
    DeviceSession open(byte[] graph, GraphOptions options);

    /// Allocates memory on the device.
    DeviceMemory allocate(long bytes);

    /// Allocates host memory for fast copies from and to the device.
    DeviceMemory allocateOnHost(long bytes);

    /// Creates a tensor over memory of this backend. The tensor does not own the memory.
    ///
    /// @param offset offset of the tensor in bytes
    DeviceTensor tensor(DeviceMemory memory, long offset, ElementType element, long... shape);

    /// Copies `count` blocks of `bytes` bytes each, in any direction between host and device. Source and target
    /// must not overlap.
    void copy(Blocks source, Blocks target, long bytes, long count);
}
