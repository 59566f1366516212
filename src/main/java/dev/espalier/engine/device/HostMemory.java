package dev.espalier.engine.device;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory of Java's own.
final class HostMemory implements DeviceMemory {
    /// A cache line, and the widest vectors.
    private static final long ALIGNMENT = 64;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment segment;

    HostMemory(long bytes) {
        try {
            segment = arena.allocate(bytes, ALIGNMENT);
        } catch (OutOfMemoryError e) {
            arena.close();
            throw new DeviceException("%,d MiB of memory were needed and are not free; close other programs, or choose a smaller model or context".formatted(bytes >> 20), e);
        }
    }

    /// The host's part of [DeviceBackend#copy].
    static void copy(Blocks source, Blocks target, long bytes, long count) {
        var from = source.memory().segment();
        var to = target.memory().segment();
        for (long block = 0; block < count; block++)
            MemorySegment.copy(from, source.at() + block * source.stride(), to, target.at() + block * target.stride(), bytes);
    }

    @Override
    public long bytes() {
        return segment.byteSize();
    }

    @Override
    public boolean onHost() {
        return true;
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public void close() {
        arena.close();
    }
}
