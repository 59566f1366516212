package dev.espalier.engine.device.ort;

import static dev.espalier.engine.device.ort.OrtFunction.*;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.espalier.engine.device.library.ForeignCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// A loaded ONNX Runtime with its environment. There is one instance for each library, for the life of the process.
@SuppressWarnings("restricted") // reads what ONNX Runtime returns by address
public final class OrtRuntime {
    private static final int WARNING = 2;
    private static final int DEVICE_ALLOCATOR = 0;
    private static final int DEFAULT_MEMORY = 0;
    private static final Map<Path, OrtRuntime> LOADED = new ConcurrentHashMap<>();

    private final OrtApi api;
    private final Path library;
    private final MemorySegment environment;
    private final MemorySegment allocator;

    /// @throws DeviceException if the file is not ONNX Runtime, or its version is too old
    public static OrtRuntime load(Path library) {
        Telemetry.turnOff();
        return LOADED.computeIfAbsent(library.toAbsolutePath().normalize(), OrtRuntime::new);
    }

    private OrtRuntime(Path library) {
        this.library = library;
        api = new OrtApi(library);
        environment = LargeStack.run(
                "onnxruntime-environment",
                () -> outParameter(
                        out -> api.call(CREATE_ENV, WARNING, Arena.global().allocateFrom("espalier"), out)));
        allocator = outParameter(out -> api.call(GET_ALLOCATOR_WITH_DEFAULT_OPTIONS, out));
    }

    /// Calls a function with an out parameter and returns what it wrote there.
    private static MemorySegment outParameter(Consumer<MemorySegment> function) {
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(ADDRESS);
            function.accept(out);
            return out.get(ADDRESS, 0);
        }
    }

    public OrtApi api() {
        return api;
    }

    public Path library() {
        return library;
    }

    MemorySegment environment() {
        return environment;
    }

    /// The host allocator, which frees names and arrays that the library returned.
    MemorySegment allocator() {
        return allocator;
    }

    /// Reads a name that the library allocated, and frees it.
    String take(MemorySegment name) {
        var text = ForeignCalls.text(name);
        api.call(ALLOCATOR_FREE, allocator, name);
        return text;
    }

    /// Creates a memory description that is never freed.
    ///
    /// @param name "Cpu" or "Cuda"
    MemorySegment memoryInfo(String name, int device) {
        try (var arena = Arena.ofConfined()) {
            var chars = arena.allocateFrom(name);
            return outParameter(
                    out -> api.call(CREATE_MEMORY_INFO, chars, DEVICE_ALLOCATOR, device, DEFAULT_MEMORY, out));
        }
    }

    /// The execution providers that the library was built with, such as "CUDAExecutionProvider". They may not work
    /// on this machine.
    public List<String> providers() {
        try (var arena = Arena.ofConfined()) {
            var names = arena.allocate(ADDRESS);
            var count = arena.allocate(JAVA_INT);
            api.call(GET_AVAILABLE_PROVIDERS, names, count);
            var found = new ArrayList<String>();
            var list = names.get(ADDRESS, 0).reinterpret(count.get(JAVA_INT, 0) * ADDRESS.byteSize());
            for (int i = 0; i < count.get(JAVA_INT, 0); i++) found.add(ForeignCalls.text(list.getAtIndex(ADDRESS, i)));
            api.call(RELEASE_AVAILABLE_PROVIDERS, list, count.get(JAVA_INT, 0));
            return List.copyOf(found);
        }
    }
}
