package dev.espalier.engine.device.ort;

import static dev.espalier.engine.device.ort.OrtFunction.*;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.espalier.engine.device.Blocks;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.DeviceSession;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.GraphOptions;
import dev.espalier.engine.device.HostMemory;
import dev.espalier.engine.device.cuda.CudaDevice;
import dev.espalier.engine.device.cuda.CudaMemory;
import dev.espalier.engine.device.library.Platform;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// ONNX Runtime through its C API (Foreign Function API): on the CPU, or on a GPU with tensors in its memory.
public final class NativeBackend implements DeviceBackend {
    private final OrtRuntime runtime;
    private final OrtApi api;
    private final String name;
    private final @Nullable CudaDevice cuda;
    private final MemorySegment hostMemoryInfo;
    private final MemorySegment deviceMemoryInfo;

    /// @param name to display
    public static NativeBackend onCpu(OrtRuntime runtime, String name) {
        return new NativeBackend(runtime, name, null);
    }

    public static NativeBackend onCuda(OrtRuntime runtime, CudaDevice cuda) {
        return new NativeBackend(runtime, cuda.toString(), cuda);
    }

    private NativeBackend(OrtRuntime runtime, String name, @Nullable CudaDevice cuda) {
        this.runtime = runtime;
        this.name = name;
        this.cuda = cuda;
        api = runtime.api();
        hostMemoryInfo = runtime.memoryInfo("Cpu", 0);
        deviceMemoryInfo = cuda == null ? hostMemoryInfo : runtime.memoryInfo("Cuda", cuda.number());
    }

    OrtRuntime runtime() {
        return runtime;
    }

    /// Describes the memory of the device that graphs run on.
    MemorySegment memoryInfo() {
        return deviceMemoryInfo;
    }

    @Override
    public String device() {
        return name;
    }

    @Override
    public boolean cpu() {
        return cuda == null;
    }

    @Override
    public long availableBytes() {
        return cuda == null ? Long.MAX_VALUE : cuda.availableBytes();
    }

    @Override
    public DeviceSession open(Path graph, GraphOptions options) {
        return open(
                options,
                (arena, sessionOptions, out) ->
                        api.call(CREATE_SESSION, runtime.environment(), path(graph, arena), sessionOptions, out));
    }

    @Override
    public DeviceSession open(byte[] graph, GraphOptions options) {
        return open(options, (arena, sessionOptions, out) -> {
            var bytes = arena.allocate(graph.length);
            MemorySegment.copy(MemorySegment.ofArray(graph), 0, bytes, 0, graph.length);
            api.call(CREATE_SESSION_FROM_ARRAY, runtime.environment(), bytes, graph.length, sessionOptions, out);
        });
    }

    private interface SessionFactory {
        void create(Arena arena, MemorySegment options, MemorySegment out);
    }

    private DeviceSession open(GraphOptions options, SessionFactory factory) {
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(ADDRESS);
            api.call(CREATE_SESSION_OPTIONS, out);
            var sessionOptions = out.get(ADDRESS, 0);
            try {
                api.call(SET_INTRA_OP_NUM_THREADS, sessionOptions, options.threads());
                api.call(SET_INTER_OP_NUM_THREADS, sessionOptions, 1);
                options.entries()
                        .forEach((key, value) -> api.call(
                                ADD_SESSION_CONFIG_ENTRY,
                                sessionOptions,
                                arena.allocateFrom(key),
                                arena.allocateFrom(value)));
                // Shapes change with every token, so a memory plan for one shape is never reused.
                api.call(DISABLE_MEM_PATTERN, sessionOptions);
                long before = cuda == null ? 0 : cuda.free();
                if (cuda != null) appendCuda(cuda, sessionOptions, arena);
                factory.create(arena, sessionOptions, out);
                long used = cuda == null ? 0 : Math.max(0, before - cuda.free());
                if (cuda != null) cuda.reserve(used);
                return new NativeSession(this, out.get(ADDRESS, 0), used);
            } finally {
                api.release(RELEASE_SESSION_OPTIONS, sessionOptions);
            }
        }
    }

    private void appendCuda(CudaDevice device, MemorySegment options, Arena arena) {
        var out = arena.allocate(ADDRESS);
        api.call(CREATE_CUDA_PROVIDER_OPTIONS, out);
        var provider = out.get(ADDRESS, 0);
        try {
            var settings = device.providerOptions();
            var keys = arena.allocate(ADDRESS, settings.size());
            var values = arena.allocate(ADDRESS, settings.size());
            int index = 0;
            for (var setting : settings.entrySet()) {
                keys.setAtIndex(ADDRESS, index, arena.allocateFrom(setting.getKey()));
                values.setAtIndex(ADDRESS, index++, arena.allocateFrom(setting.getValue()));
            }
            api.call(UPDATE_CUDA_PROVIDER_OPTIONS, provider, keys, values, settings.size());
            // One stream for graphs and copies: each sees the writes of those before it.
            api.call(
                    UPDATE_CUDA_PROVIDER_OPTIONS_WITH_VALUE,
                    provider,
                    arena.allocateFrom("user_compute_stream"),
                    device.stream());
            api.call(APPEND_EXECUTION_PROVIDER_CUDA_V2, options, provider);
        } finally {
            api.release(RELEASE_CUDA_PROVIDER_OPTIONS, provider);
        }
    }

    /// Converts a path to `ORTCHAR_T`: UTF-16 on Windows, otherwise UTF-8.
    private static MemorySegment path(Path path, Arena arena) {
        var text = path.toAbsolutePath().toString();
        return Platform.WINDOWS ? arena.allocateFrom(text, StandardCharsets.UTF_16LE) : arena.allocateFrom(text);
    }

    void release(long bytes) {
        if (cuda != null) cuda.release(bytes);
    }

    @Override
    public DeviceMemory allocate(long bytes) {
        return cuda == null ? new HostMemory(bytes) : cuda.allocate(bytes);
    }

    @Override
    public DeviceMemory allocateOnHost(long bytes) {
        return new HostMemory(bytes);
    }

    @Override
    public DeviceTensor tensor(DeviceMemory memory, long offset, ElementType element, long... shape) {
        var type = new TensorType(element, shape);
        boolean onHost = memory.onHost();
        var part = (onHost ? memory.segment() : ((CudaMemory) memory).address()).asSlice(offset, type.bytes());
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(ADDRESS);
            api.call(
                    CREATE_TENSOR_WITH_DATA_AS_ORT_VALUE,
                    onHost ? hostMemoryInfo : deviceMemoryInfo,
                    part,
                    part.byteSize(),
                    arena.allocateFrom(JAVA_LONG, shape),
                    shape.length,
                    element.onnx(),
                    out);
            return new NativeTensor(this, out.get(ADDRESS, 0), type, part, onHost);
        }
    }

    /// Copies from the device to Java's heap.
    MemorySegment fetch(MemorySegment address) {
        if (cuda == null) throw new IllegalStateException("host memory needs no copying");
        return cuda.fetch(address);
    }

    @Override
    public void copy(Blocks source, Blocks target, long bytes, long count) {
        if (source.memory().onHost() && target.memory().onHost()) HostMemory.copy(source, target, bytes, count);
        else if (cuda != null) cuda.copy(source, target, bytes, count);
        else throw new IllegalStateException("memory of another backend");
    }
}
