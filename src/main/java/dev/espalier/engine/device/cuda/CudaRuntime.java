package dev.espalier.engine.device.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.library.ForeignCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// The functions of the CUDA Runtime API (versions 12 and 13) that Espalier calls. All throw [DeviceException] on an
/// error.
@SuppressWarnings("restricted") // calls CUDA's runtime by foreign functions
public final class CudaRuntime {
    /// `cudaMemcpyDefault`: the direction follows from the addresses.
    private static final int COPY_BY_ADDRESS = 4;
    /// `cudaMemPoolAttrReleaseThreshold`.
    private static final int RELEASE_THRESHOLD = 4;
    /// `cudaErrorMemoryAllocation`.
    private static final int OUT_OF_MEMORY = 2;

    private final SymbolLookup library;
    private final MethodHandle setDevice;
    private final MethodHandle streamCreate;
    private final MethodHandle streamSynchronize;
    private final MethodHandle mallocAsync;
    private final MethodHandle freeAsync;
    private final MethodHandle memsetAsync;
    private final MethodHandle memcpyAsync;
    private final MethodHandle memcpy2DAsync;
    private final MethodHandle memGetInfo;
    private final MethodHandle defaultPool;
    private final MethodHandle poolAttribute;
    private final MethodHandle errorString;

    /// @param name of the library, such as "libcudart.so.12"
    public CudaRuntime(String name) {
        try {
            library = SymbolLookup.libraryLookup(name, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new DeviceException(name + " cannot be loaded", e);
        }
        setDevice = function("cudaSetDevice", JAVA_INT);
        streamCreate = function("cudaStreamCreate", ADDRESS);
        streamSynchronize = function("cudaStreamSynchronize", ADDRESS);
        mallocAsync = function("cudaMallocAsync", ADDRESS, JAVA_LONG, ADDRESS);
        freeAsync = function("cudaFreeAsync", ADDRESS, ADDRESS);
        memsetAsync = function("cudaMemsetAsync", ADDRESS, JAVA_INT, JAVA_LONG, ADDRESS);
        memcpyAsync = function("cudaMemcpyAsync", ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS);
        memcpy2DAsync = function(
                "cudaMemcpy2DAsync", ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS);
        memGetInfo = function("cudaMemGetInfo", ADDRESS, ADDRESS);
        defaultPool = function("cudaDeviceGetDefaultMemPool", ADDRESS, JAVA_INT);
        poolAttribute = function("cudaMemPoolSetAttribute", ADDRESS, JAVA_INT, ADDRESS);
        errorString = Linker.nativeLinker()
                .downcallHandle(symbol("cudaGetErrorString"), FunctionDescriptor.of(ADDRESS, JAVA_INT));
    }

    private MemorySegment symbol(String name) {
        return library.find(name)
                .orElseThrow(() -> new DeviceException("CUDA's runtime library has no " + name + ": it is too old"));
    }

    private MethodHandle function(String name, MemoryLayout... parameters) {
        return Linker.nativeLinker().downcallHandle(symbol(name), FunctionDescriptor.of(JAVA_INT, parameters));
    }

    private interface NativeCall {
        /// @return CUDA's error number
        int error() throws Throwable;
    }

    /// Converts what a method handle throws into unchecked exceptions.
    private void checked(NativeCall call) {
        try {
            check(call.error());
        } catch (Throwable e) {
            throw ForeignCalls.unexpected(e);
        }
    }

    /// Makes a device the calling thread's current device.
    void use(int device) {
        checked(() -> (int) setDevice.invokeExact(device));
    }

    MemorySegment stream() {
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(ADDRESS);
            checked(() -> (int) streamCreate.invokeExact(out));
            return out.get(ADDRESS, 0);
        }
    }

    void synchronize(MemorySegment stream) {
        checked(() -> (int) streamSynchronize.invokeExact(stream));
    }

    /// Lets a device's memory pool keep freed memory, so that the next allocation takes microseconds.
    void keepFreedMemory(int device) {
        try (var arena = Arena.ofConfined()) {
            var pool = arena.allocate(ADDRESS);
            checked(() -> (int) defaultPool.invokeExact(pool, device));
            var unlimited = arena.allocateFrom(JAVA_LONG, -1L);
            checked(() -> (int) poolAttribute.invokeExact(pool.get(ADDRESS, 0), RELEASE_THRESHOLD, unlimited));
        }
    }

    /// Allocates zeroed memory, in order with a stream.
    MemorySegment allocate(long bytes, MemorySegment stream) {
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(ADDRESS);
            checked(() -> (int) mallocAsync.invokeExact(out, bytes, stream));
            var memory = out.get(ADDRESS, 0).reinterpret(bytes);
            checked(() -> (int) memsetAsync.invokeExact(memory, 0, bytes, stream));
            return memory;
        }
    }

    void free(MemorySegment memory, MemorySegment stream) {
        checked(() -> (int) freeAsync.invokeExact(memory, stream));
    }

    void copy(MemorySegment from, MemorySegment to, long bytes, MemorySegment stream) {
        checked(() -> (int) memcpyAsync.invokeExact(to, from, bytes, COPY_BY_ADDRESS, stream));
    }

    void copy(
            MemorySegment from,
            long fromStride,
            MemorySegment to,
            long toStride,
            long bytes,
            long count,
            MemorySegment stream) {
        checked(() ->
                (int) memcpy2DAsync.invokeExact(to, toStride, from, fromStride, bytes, count, COPY_BY_ADDRESS, stream));
    }

    /// Free bytes on the calling thread's current device.
    long free() {
        try (var arena = Arena.ofConfined()) {
            var free = arena.allocate(JAVA_LONG);
            var total = arena.allocate(JAVA_LONG);
            checked(() -> (int) memGetInfo.invokeExact(free, total));
            return free.get(JAVA_LONG, 0);
        }
    }

    private void check(int error) throws Throwable {
        if (error == 0) return;
        if (error == OUT_OF_MEMORY) throw new DeviceException("the GPU's memory is full");
        throw new DeviceException(
                "CUDA error " + error + ": " + ForeignCalls.text((MemorySegment) errorString.invokeExact(error)));
    }
}
