package dev.espalier.engine.device.cuda;

import dev.espalier.engine.device.Blocks;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.HostMemory;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// A GPU with one CUDA stream, on which graphs and copies run in order, and a limit on the memory that Espalier uses.
/// Thread-safe.
public final class CudaDevice {
    private final CudaRuntime runtime;
    private final int number;
    private final String name;
    private final long limit;
    private final MemorySegment stream;
    private final AtomicLong reserved = new AtomicLong();

    /// @param limit max bytes of GPU memory to use, 0 for no limit
    public CudaDevice(CudaRuntime runtime, int number, String name, long limit) {
        this.runtime = runtime;
        this.number = number;
        this.name = name;
        this.limit = limit;
        runtime.use(number);
        runtime.keepFreedMemory(number);
        stream = runtime.stream();
    }

    public int number() {
        return number;
    }

    public MemorySegment stream() {
        return stream;
    }

    /// Options of the CUDA execution provider. With a limit, a graph's arena may grow to the memory that is left
    /// when the graph is opened.
    public Map<String, String> providerOptions() {
        var options = new LinkedHashMap<String, String>();
        options.put("device_id", Integer.toString(number));
        // Arenas grow by the requested size, not by powers of two, to leave memory for KV.
        options.put("arena_extend_strategy", "kSameAsRequested");
        if (limit > 0) options.put("gpu_mem_limit", Long.toString(Math.max(1, limit - reserved.get())));
        return options;
    }

    public long free() {
        runtime.use(number);
        return runtime.free();
    }

    public long availableBytes() {
        return limit > 0 ? Math.clamp(limit - reserved.get(), 0, free()) : free();
    }

    /// Counts memory that ONNX Runtime allocated.
    public void reserve(long bytes) {
        reserved.addAndGet(bytes);
    }

    public void release(long bytes) {
        reserved.addAndGet(-bytes);
    }

    public DeviceMemory allocate(long bytes) {
        if (limit > 0 && reserved.get() + bytes > limit)
            throw new DeviceException(
                    "%s would use more than its limit of %,d MiB: %,d MiB are in use and %,d more are needed"
                            .formatted(this, limit >> 20, reserved.get() >> 20, Math.ceilDiv(bytes, 1 << 20)));
        runtime.use(number);
        var memory = new CudaMemory(this, runtime.allocate(bytes, stream));
        reserve(bytes);
        return memory;
    }

    public void free(MemorySegment memory) {
        // Any thread may close device memory.
        runtime.use(number);
        runtime.free(memory, stream);
        release(memory.byteSize());
    }

    public void copy(Blocks source, Blocks target, long bytes, long count) {
        if (bytes == 0 || count == 0) return;
        var from = segment(source, bytes, count);
        var to = segment(target, bytes, count);
        runtime.use(number);
        if (count == 1) runtime.copy(from, to, bytes, stream);
        else runtime.copy(from, source.stride(), to, target.stride(), bytes, count, stream);
        // Java may access its side right after return. Copies within the device are ordered by the stream.
        if (source.memory().onHost() || target.memory().onHost()) runtime.synchronize(stream);
    }

    /// The part of a memory from the start of the first block to the end of the last.
    private static MemorySegment segment(Blocks blocks, long bytes, long count) {
        var memory = blocks.memory() instanceof CudaMemory device
                ? device.address()
                : blocks.memory().segment();
        return memory.asSlice(blocks.offset(), (count - 1) * blocks.stride() + bytes);
    }

    /// Copies device memory to Java's heap.
    public MemorySegment fetch(MemorySegment address) {
        try (var staging = new HostMemory(address.byteSize())) {
            runtime.use(number);
            runtime.copy(address, staging.segment(), address.byteSize(), stream);
            runtime.synchronize(stream);
            // A long array, so that elements of any type are aligned.
            var copy = MemorySegment.ofArray(new long[Math.toIntExact(Math.ceilDiv(address.byteSize(), Long.BYTES))])
                    .asSlice(0, address.byteSize());
            return copy.copyFrom(staging.segment()).asReadOnly();
        }
    }

    /// The display name, such as "CUDA device 0 (NVIDIA L4)".
    @Override
    public String toString() {
        return "CUDA device " + number + " (" + name + ")";
    }
}
