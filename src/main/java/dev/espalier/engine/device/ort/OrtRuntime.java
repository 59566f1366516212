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

/// A loaded ONNX Runtime with its environment; one a library, for the life of the process.
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

    /// @throws DeviceException where it is none, or too old
    public static OrtRuntime load(Path library) {
        Telemetry.turnOff();
        return LOADED.computeIfAbsent(library.toAbsolutePath().normalize(), OrtRuntime::new);
    }

    private OrtRuntime(Path library) {
        this.library = library;
        api = new OrtApi(library);
        environment = LargeStack.run("onnxruntime-environment", () -> made(out -> api.call(CREATE_ENV, WARNING, Arena.global().allocateFrom("espalier"), out)));
        allocator = made(out -> api.call(GET_ALLOCATOR_WITH_DEFAULT_OPTIONS, out));
    }

    /// What a function writes to its last parameter.
    private static MemorySegment made(Consumer<MemorySegment> function) {
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

    /// Of the host, for names and lists that the library makes.
    MemorySegment allocator() {
        return allocator;
    }

    /// A name that the library made, which is freed.
    String take(MemorySegment name) {
        var text = ForeignCalls.text(name);
        api.call(ALLOCATOR_FREE, allocator, name);
        return text;
    }

    /// Describes memory, for ever.
    ///
    /// @param name "Cpu" or "Cuda"
    MemorySegment memoryInfo(String name, int device) {
        try (var arena = Arena.ofConfined()) {
            var chars = arena.allocateFrom(name);
            return made(out -> api.call(CREATE_MEMORY_INFO, chars, DEVICE_ALLOCATOR, device, DEFAULT_MEMORY, out));
        }
    }

    /// Such as "CUDAExecutionProvider"; what the library was built with, not what works here.
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
