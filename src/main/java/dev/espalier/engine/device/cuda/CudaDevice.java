package dev.espalier.engine.device.cuda;

import dev.espalier.engine.device.Blocks;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.HostMemory;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// A GPU: its memory, its one stream on which graphs and copies follow one another, and how much of it Espalier may take.
public final class CudaDevice {
    private final CudaRuntime runtime;
    private final int number;
    private final String name;
    private final long limit;
    private final MemorySegment stream;
    private final AtomicLong taken = new AtomicLong();

    /// @param limit in bytes, 0 for none
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

    /// Of the CUDA provider. Under a limit a graph's arena may grow up to what is left of it when the graph is opened.
    public Map<String, String> providerOptions() {
        var options = new LinkedHashMap<String, String>();
        options.put("device_id", Integer.toString(number));
        // Arenas grow by what is asked for, not by powers of two: memory is for KV.
        options.put("arena_extend_strategy", "kSameAsRequested");
        if (limit > 0) options.put("gpu_mem_limit", Long.toString(Math.max(1, limit - taken.get())));
        return options;
    }

    public long free() {
        runtime.use(number);
        return runtime.free();
    }

    public long spare() {
        return limit > 0 ? Math.clamp(limit - taken.get(), 0, free()) : free();
    }

    /// Counts memory that was taken elsewhere.
    public void take(long bytes) {
        taken.addAndGet(bytes);
    }

    public void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    public DeviceMemory allocate(long bytes) {
        if (limit > 0 && taken.get() + bytes > limit)
            throw new DeviceException("%s would take more than its limit of %,d MiB: %,d MiB are taken and %,d more are needed".formatted(
                this, limit >> 20, taken.get() >> 20, Math.ceilDiv(bytes, 1 << 20)));
        runtime.use(number);
        var memory = new CudaMemory(this, runtime.allocate(bytes, stream));
        take(bytes);
        return memory;
    }

    public void free(MemorySegment memory) {
        // Any thread may close a memory.
        runtime.use(number);
        runtime.free(memory, stream);
        giveBack(memory.byteSize());
    }

    public void copy(Blocks source, Blocks target, long bytes, long count) {
        if (bytes == 0 || count == 0) return;
        var from = place(source, bytes, count);
        var to = place(target, bytes, count);
        runtime.use(number);
        if (count == 1) runtime.copy(from, to, bytes, stream);
        else runtime.copy(from, source.stride(), to, target.stride(), bytes, count, stream);
        // Java may touch its side at once; copies within the device are in order with what follows on the stream.
        if (source.memory().onHost() || target.memory().onHost()) runtime.synchronize(stream);
    }

    /// The part of a memory from the first block's start to the last one's end.
    private static MemorySegment place(Blocks blocks, long bytes, long count) {
        var memory = blocks.memory() instanceof CudaMemory device ? device.address() : blocks.memory().segment();
        return memory.asSlice(blocks.at(), (count - 1) * blocks.stride() + bytes);
    }

    public MemorySegment fetch(MemorySegment address) {
        try (var staging = new HostMemory(address.byteSize())) {
            runtime.use(number);
            runtime.copy(address, staging.segment(), address.byteSize(), stream);
            runtime.synchronize(stream);
            // As longs, so that elements of any type are aligned.
            var copy = MemorySegment.ofArray(new long[Math.toIntExact(Math.ceilDiv(address.byteSize(), Long.BYTES))]).asSlice(0, address.byteSize());
            return copy.copyFrom(staging.segment()).asReadOnly();
        }
    }

    /// For people, such as "CUDA device 0 (NVIDIA L4)".
    @Override
    public String toString() {
        return "CUDA device " + number + " (" + name + ")";
    }
}
