package dev.espalier.engine.device;

import dev.espalier.engine.format.ElementType;
import java.nio.file.Path;

/// Loads graphs and owns tensors on one device. One instance serves all models; it lives as long as the process.
public interface DeviceBackend {
    /// The device's name for people, for example "CPU" or "CUDA device 0 (NVIDIA L4)".
    String device();

    /// Whether the device is the processor: then all memory is on the host and precision and speed follow the CPU's rules.
    boolean cpu();

    /// Bytes of its memory that are still to be had; [Long#MAX_VALUE] where nobody counts.
    long spare();

    /// Loads a graph with its external data.
    DeviceSession open(Path graph, GraphOptions options);

    /// Loads a graph of ours.
    DeviceSession open(byte[] graph, GraphOptions options);

    /// Memory where graphs run.
    DeviceMemory allocate(long bytes);

    /// Memory of the host, which the device copies from and to fastest.
    DeviceMemory allocateOnHost(long bytes);

    /// A tensor over memory of this backend.
    ///
    /// @param at its first byte
    DeviceTensor tensor(DeviceMemory memory, long at, ElementType element, long... shape);

    /// Copies `count` blocks of `bytes` bytes each, in any direction between host and device. Source and target do not overlap.
    void copy(Blocks source, Blocks target, long bytes, long count);
}
