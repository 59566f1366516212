package dev.espalier.engine.device;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Memory of the C library's: what one thread keeps another may read and free, without Java stopping all threads for it as it does for
/// memory that it minds itself.
@SuppressWarnings("restricted") // calls malloc and free of the C library
public final class HostMemory implements DeviceMemory {
    /// A cache line, and the widest vectors.
    private static final long ALIGNMENT = 64;

    private static final MethodHandle CALLOC = handle("calloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FREE = handle("free", FunctionDescriptor.ofVoid(ADDRESS));

    private final MemorySegment block;
    private final MemorySegment segment;
    private boolean closed;

    public HostMemory(long bytes) {
        block = calloc(Math.addExact(bytes, ALIGNMENT));
        if (block.equals(MemorySegment.NULL))
            throw new DeviceException("%,d MiB of memory were needed and are not free; close other programs, or choose a smaller model or context".formatted(bytes >> 20));
        segment = MemorySegment.ofAddress((block.address() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT).reinterpret(bytes);
    }

    private static MethodHandle handle(String name, FunctionDescriptor type) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    private static MemorySegment calloc(long bytes) {
        try {
            return (MemorySegment) CALLOC.invokeExact(1L, bytes);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// The host's part of [DeviceBackend#copy].
    public static void copy(Blocks source, Blocks target, long bytes, long count) {
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
        if (closed) throw new IllegalStateException("the memory is closed");
        return segment;
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        try {
            FREE.invokeExact(block);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
