package dev.espalier.engine.device.ort;

import static dev.espalier.engine.device.ort.OrtFunction.*;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceSession;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.GraphRuns;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/// An `OrtSession` of the C API with its I/O bindings.
@SuppressWarnings("restricted") // reads what ONNX Runtime returns by address
final class NativeSession implements DeviceSession {
    private final NativeBackend backend;
    private final OrtApi api;
    private final MemorySegment session;
    // Shared, since any thread may close the model.
    private final Arena arena = Arena.ofShared();
    // A pool of bindings: each run has its own.
    private final Queue<Binding> bindings = new ConcurrentLinkedQueue<>();
    private final Map<String, MemorySegment> names = new HashMap<>();
    private final Map<String, TensorType> inputs;
    private final Map<String, TensorType> outputs;
    private final long workspace;

    /// @param workspace bytes of device memory counted for the session, released on close
    NativeSession(NativeBackend backend, MemorySegment session, long workspace) {
        this.backend = backend;
        this.session = session;
        this.workspace = workspace;
        api = backend.runtime().api();
        inputs = nodes(SESSION_GET_INPUT_COUNT, SESSION_GET_INPUT_NAME, SESSION_GET_INPUT_TYPE_INFO);
        outputs = nodes(SESSION_GET_OUTPUT_COUNT, SESSION_GET_OUTPUT_NAME, SESSION_GET_OUTPUT_TYPE_INFO);
    }

    /// An `OrtIoBinding` with memory for out parameters.
    private record Binding(MemorySegment handle, MemorySegment out, MemorySegment count) {}

    private Binding binding() {
        var pooled = bindings.poll();
        if (pooled != null) return pooled;
        var out = arena.allocate(ADDRESS);
        api.call(CREATE_IO_BINDING, session, out);
        return new Binding(out.get(ADDRESS, 0), out, arena.allocate(JAVA_LONG));
    }

    private Map<String, TensorType> nodes(OrtFunction size, OrtFunction nameOf, OrtFunction typeOf) {
        var nodes = new LinkedHashMap<String, TensorType>();
        var out = arena.allocate(ADDRESS);
        var count = arena.allocate(JAVA_LONG);
        api.call(size, session, count);
        long nodeCount = count.get(JAVA_LONG, 0);
        for (long i = 0; i < nodeCount; i++) {
            api.call(nameOf, session, i, backend.runtime().allocator(), out);
            var name = backend.runtime().take(out.get(ADDRESS, 0));
            api.call(typeOf, session, i, out);
            var type = out.get(ADDRESS, 0);
            try {
                api.call(CAST_TYPE_INFO_TO_TENSOR_INFO, type, out);
                if (out.get(ADDRESS, 0).address() == 0) throw new DeviceException("\"" + name + "\" is not a tensor");
                nodes.put(name, type(out.get(ADDRESS, 0)));
            } finally {
                api.release(RELEASE_TYPE_INFO, type);
            }
            names.put(name, arena.allocateFrom(name));
        }
        return Collections.unmodifiableMap(nodes);
    }

    private TensorType type(MemorySegment info) {
        try (var local = Arena.ofConfined()) {
            var element = local.allocate(JAVA_INT);
            api.call(GET_TENSOR_ELEMENT_TYPE, info, element);
            var rank = local.allocate(JAVA_LONG);
            api.call(GET_DIMENSIONS_COUNT, info, rank);
            var shape = local.allocate(JAVA_LONG, Math.max(1, rank.get(JAVA_LONG, 0)));
            api.call(GET_DIMENSIONS, info, shape, rank.get(JAVA_LONG, 0));
            return new TensorType(
                    elementType(element.get(JAVA_INT, 0)),
                    shape.asSlice(0, rank.get(JAVA_LONG, 0) * Long.BYTES).toArray(JAVA_LONG));
        }
    }

    private static ElementType elementType(int onnx) {
        return ElementType.of(onnx)
                .orElseThrow(
                        () -> new DeviceException("tensors of ONNX's element type " + onnx + " are not supported"));
    }

    @Override
    public Map<String, TensorType> inputs() {
        return inputs;
    }

    @Override
    public Map<String, TensorType> outputs() {
        return outputs;
    }

    @Override
    public Map<String, DeviceTensor> run(
            Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs, Set<String> allocated) {
        var binding = binding();
        try {
            var handle = binding.handle;
            inputs.forEach(
                    (name, tensor) -> api.call(BIND_INPUT, handle, nameOf(name), ((NativeTensor) tensor).value()));
            outputs.forEach(
                    (name, tensor) -> api.call(BIND_OUTPUT, handle, nameOf(name), ((NativeTensor) tensor).value()));
            for (var name : allocated) api.call(BIND_OUTPUT_TO_DEVICE, handle, nameOf(name), backend.memoryInfo());
            run(binding);
            if (!backend.cpu()) api.call(SYNCHRONIZE_BOUND_OUTPUTS, handle);
            return allocated.isEmpty() ? Map.of() : collect(binding, outputs.size(), allocated);
        } finally {
            // The caller may close the bound tensors after this.
            api.release(CLEAR_BOUND_INPUTS, binding.handle);
            api.release(CLEAR_BOUND_OUTPUTS, binding.handle);
            bindings.add(binding);
        }
    }

    private void run(Binding binding) {
        api.call(CREATE_RUN_OPTIONS, binding.out);
        var options = binding.out.get(ADDRESS, 0);
        try {
            GraphRuns.run(
                    () -> {
                        api.call(RUN_WITH_BINDING, session, options, binding.handle);
                        return null;
                    },
                    () -> api.call(RUN_OPTIONS_SET_TERMINATE, options));
        } finally {
            api.release(RELEASE_RUN_OPTIONS, options);
        }
    }

    /// The outputs that the run allocated. They follow the bound outputs, in the order in which they were bound.
    private Map<String, DeviceTensor> collect(Binding binding, int bound, Set<String> allocated) {
        api.call(GET_BOUND_OUTPUT_VALUES, binding.handle, backend.runtime().allocator(), binding.out, binding.count);
        var array = binding.out.get(ADDRESS, 0);
        var values = array.reinterpret(binding.count.get(JAVA_LONG, 0) * ADDRESS.byteSize());
        var tensors = new HashMap<String, DeviceTensor>();
        // Each value is a new handle, so the handles of the bound outputs are released here.
        for (int i = 0; i < bound; i++) api.release(RELEASE_VALUE, values.getAtIndex(ADDRESS, i));
        int at = bound;
        for (var name : allocated) tensors.put(name, tensor(values.getAtIndex(ADDRESS, at++), binding.out));
        api.call(ALLOCATOR_FREE, backend.runtime().allocator(), array);
        return tensors;
    }

    private NativeTensor tensor(MemorySegment value, MemorySegment out) {
        api.call(GET_TENSOR_TYPE_AND_SHAPE, value, out);
        var info = out.get(ADDRESS, 0);
        var type = type(info);
        api.release(RELEASE_TENSOR_TYPE_AND_SHAPE_INFO, info);
        api.call(GET_TENSOR_MUTABLE_DATA, value, out);
        return new NativeTensor(backend, value, type, out.get(ADDRESS, 0).reinterpret(type.bytes()), backend.cpu());
    }

    private MemorySegment nameOf(String name) {
        var known = names.get(name);
        if (known == null) throw new DeviceException("the graph has no input or output \"" + name + "\"");
        return known;
    }

    @Override
    public void close() {
        for (var binding : bindings) api.release(RELEASE_IO_BINDING, binding.handle);
        api.release(RELEASE_SESSION, session);
        arena.close();
        backend.release(workspace);
    }
}
