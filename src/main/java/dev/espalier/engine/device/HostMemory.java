package dev.espalier.engine.device;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Memory of the C library (`calloc`). Any thread may read and free it. Closing a shared [java.lang.foreign.Arena]
/// instead would make Java stop all threads.
@SuppressWarnings("restricted") // calls malloc and free of the C library
public final class HostMemory implements DeviceMemory {
    /// Bytes of a cache line and of the widest vector registers.
    private static final long ALIGNMENT = 64;

    private static final MethodHandle CALLOC = handle("calloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FREE = handle("free", FunctionDescriptor.ofVoid(ADDRESS));

    private final MemorySegment block;
    private final MemorySegment segment;
    private boolean closed;

    public HostMemory(long bytes) {
        block = calloc(Math.addExact(bytes, ALIGNMENT));
        if (block.equals(MemorySegment.NULL))
            throw new DeviceException(
                    "%,d MiB of memory are needed and not available; close other programs, or choose a smaller model or context"
                            .formatted(bytes >> 20));
        segment = MemorySegment.ofAddress((block.address() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)
                .reinterpret(bytes);
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

    /// Implements [DeviceBackend#copy] for host memory.
    public static void copy(Blocks source, Blocks target, long bytes, long count) {
        var from = source.memory().segment();
        var to = target.memory().segment();
        for (long block = 0; block < count; block++)
            MemorySegment.copy(
                    from,
                    source.offset() + block * source.stride(),
                    to,
                    target.offset() + block * target.stride(),
                    bytes);
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
