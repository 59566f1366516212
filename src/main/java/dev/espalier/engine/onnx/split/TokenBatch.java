package dev.espalier.engine.onnx.split;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.onnx.attention.PagedAttention;
import dev.espalier.engine.onnx.kv.PageLayout;
import dev.espalier.engine.onnx.kv.PageTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;

/// A batch of tokens for a [SplitGraph], with the input and output tensors of the pieces. Not thread-safe.
final class TokenBatch implements AutoCloseable {
    private final SplitGraph graph;
    private final DeviceBackend backend;
    private final int layers;
    private final int capacity;
    /// Elements of a token's queries.
    private final int queries;
    /// Elements of a token's keys.
    private final int keys;
    private final DeviceMemory ids;
    private final DeviceMemory positions;
    private final DeviceMemory queryKey;
    private final DeviceMemory value;
    private final DeviceMemory attended;
    private final DeviceMemory[] residuals;
    private Tensors tensors;

    /// Tensors for a number of tokens.
    private record Tensors(
            int count,
            DeviceTensor ids,
            DeviceTensor positions,
            DeviceTensor queryKey,
            DeviceTensor value,
            DeviceTensor attended,
            List<DeviceTensor> residuals) {
        void close() {
            for (var tensor : List.of(ids, positions, queryKey, value, attended)) tensor.close();
            residuals.forEach(DeviceTensor::close);
        }
    }

    /// @param capacity max tokens in the batch
    TokenBatch(SplitGraph graph, int capacity) {
        this.graph = graph;
        this.capacity = capacity;
        backend = graph.backend();
        var model = graph.folder();
        layers = model.shape().layers();
        queries = graph.heads() * model.shape().headDim();
        keys = model.shape().kvHeads() * model.shape().headDim();
        ids = backend.allocateOnHost((long) capacity * Long.BYTES);
        positions = backend.allocateOnHost((long) capacity * Long.BYTES);
        queryKey = floats(queries + keys);
        value = floats(keys);
        attended = floats(queries);
        residuals = new DeviceMemory[] {floats(graph.width()), floats(graph.width())};
        tensors = tensors(1);
    }

    private DeviceMemory floats(int width) {
        return backend.allocateOnHost((long) capacity * width * Float.BYTES);
    }

    private Tensors tensors(int count) {
        return new Tensors(
                count,
                backend.tensor(ids, 0, ElementType.I64, count, 1),
                backend.tensor(positions, 0, ElementType.I64, count, 1),
                tensor(queryKey, count, queries + keys),
                tensor(value, count, keys),
                tensor(attended, count, queries),
                List.of(tensor(residuals[0], count, graph.width()), tensor(residuals[1], count, graph.width())));
    }

    private DeviceTensor tensor(DeviceMemory memory, int count, int width) {
        return backend.tensor(memory, 0, ElementType.F32, count, 1, width);
    }

    int capacity() {
        return capacity;
    }

    void put(int index, int token, int position) {
        ids.segment().setAtIndex(ValueLayout.JAVA_LONG, index, token);
        positions.segment().setAtIndex(ValueLayout.JAVA_LONG, index, position);
    }

    /// Starts a run with the first `count` tokens.
    void start(int count) {
        if (tensors.count == count) return;
        tensors.close();
        tensors = tensors(count);
    }

    /// Runs the piece before a layer's attention.
    ///
    /// @param others true if other workers run pieces at the same time
    void runPiece(int layer, boolean others) {
        graph.run(
                layer,
                others,
                inputs(layer),
                Map.of(
                        "query_key",
                        tensors.queryKey,
                        "value",
                        tensors.value,
                        "passed",
                        tensors.residuals.get(layer % 2)));
    }

    /// Runs the last piece, which computes the logits.
    void finish(DeviceMemory logits, boolean others) {
        try (var logitsTensor = backend.tensor(
                logits,
                0,
                ElementType.F32,
                tensors.count,
                1,
                graph.folder().shape().vocabulary())) {
            graph.run(layers, others, inputs(layers), Map.of("logits", logitsTensor));
        }
    }

    private Map<String, DeviceTensor> inputs(int piece) {
        if (piece == 0) return Map.of("input_ids", tensors.ids, "position_ids", tensors.positions);
        var residual = tensors.residuals.get((piece + 1) % 2);
        return piece == layers
                ? Map.of("attended", tensors.attended, "residual", residual)
                : Map.of("attended", tensors.attended, "residual", residual, "position_ids", tensors.positions);
    }

    /// Writes a token's key and value into a page.
    void write(int index, PageLayout layout, MemorySegment page, int layer, int within) {
        layout.write(
                page,
                layer,
                within,
                queryKey.segment(),
                ((long) index * (queries + keys) + queries) * Float.BYTES,
                value.segment(),
                (long) index * keys * Float.BYTES);
    }

    /// Computes a token's attention over all positions up to one.
    ///
    /// @param page   index of that position's page
    /// @param within index of that position in the page
    void attend(int index, PagedAttention attention, PageTable table, int page, int within, int layer) {
        attention.attend(
                table.pages,
                table.counts,
                page,
                within + 1,
                layer,
                queryKey.segment(),
                (long) index * (queries + keys) * Float.BYTES,
                attended.segment(),
                (long) index * queries * Float.BYTES);
    }

    @Override
    public void close() {
        tensors.close();
        for (var memory : List.of(ids, positions, queryKey, value, attended, residuals[0], residuals[1]))
            memory.close();
    }
}
