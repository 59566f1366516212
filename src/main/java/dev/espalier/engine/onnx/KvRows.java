package dev.espalier.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.espalier.engine.ModelFolder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/// The KV memory of the rows in flight: per layer one buffer for keys and one for values, `[rows, heads, length, headDim]` floats,
/// which the graph reads as past and writes as present. A prefix of rows is a prefix of the memory, so dropping a row is
/// moving the last one into its place. Used by one thread.
final class KvRows implements AutoCloseable {
    private static final long ALIGNMENT = 64;

    private final int layers;
    private final int heads;
    private final int length;
    private final int dim;
    private final long headBytes;
    private final long rowBytes;
    private final int mostRows;
    private Arena arena = Arena.ofConfined();
    private MemorySegment[] buffers;
    private int capacity;
    private OnnxTensor[] wrapped = {};
    private int wrappedRows;

    KvRows(ModelFolder model, int mostRows) {
        layers = model.layers();
        heads = model.kvHeads();
        length = model.context();
        dim = model.headDim();
        headBytes = (long) length * dim * Float.BYTES;
        rowBytes = heads * headBytes;
        this.mostRows = mostRows;
        capacity = Math.min(4, mostRows);
        buffers = allocate(arena, capacity);
    }

    /// The bytes that one token takes over all layers.
    static long tokenBytes(ModelFolder model) {
        return 2L * model.layers() * model.kvHeads() * model.headDim() * Float.BYTES;
    }

    private MemorySegment[] allocate(Arena into, int rows) {
        var made = new MemorySegment[2 * layers];
        for (int i = 0; i < made.length; i++) made[i] = into.allocate(rows * rowBytes, ALIGNMENT);
        return made;
    }

    /// Makes room for a number of rows; what is there stays.
    void reserve(int rows) {
        if (rows <= capacity) return;
        int larger = Math.min(mostRows, Math.max(rows, 2 * capacity));
        var next = Arena.ofConfined();
        var grown = allocate(next, larger);
        for (int i = 0; i < grown.length; i++) MemorySegment.copy(buffers[i], 0, grown[i], 0, capacity * rowBytes);
        unwrap();
        arena.close();
        arena = next;
        buffers = grown;
        capacity = larger;
    }

    /// Copies positions of a row out: `[layer][key, value][head][position][dim]`.
    void copyOut(int row, int from, int to, MemorySegment target) {
        long bytes = (long) (to - from) * dim * Float.BYTES;
        long at = 0;
        for (var buffer : buffers) {
            for (int head = 0; head < heads; head++, at += bytes) MemorySegment.copy(buffer, position(row, head, from), target, at, bytes);
        }
    }

    /// Copies such positions into a row.
    void copyIn(MemorySegment source, int row, int from, int to) {
        long bytes = (long) (to - from) * dim * Float.BYTES;
        long at = 0;
        for (var buffer : buffers) {
            for (int head = 0; head < heads; head++, at += bytes) MemorySegment.copy(source, at, buffer, position(row, head, from), bytes);
        }
    }

    /// Moves the first positions of a row over another row.
    void move(int source, int target, int positions) {
        long bytes = (long) positions * dim * Float.BYTES;
        for (var buffer : buffers) {
            for (int head = 0; head < heads; head++) MemorySegment.copy(buffer, position(source, head, 0), buffer, position(target, head, 0), bytes);
        }
    }

    private long position(int row, int head, int position) {
        return row * rowBytes + head * headBytes + (long) position * dim * Float.BYTES;
    }

    /// Names the first rows as past and present.
    void bind(int rows, Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) throws OrtException {
        if (wrappedRows != rows) {
            unwrap();
            wrapped = wrap(0, rows);
            wrappedRows = rows;
        }
        name(wrapped, inputs, outputs);
    }

    /// One row alone, as past and present; the caller closes the tensors.
    OnnxTensor[] wrapRow(int row) throws OrtException {
        return wrap(row, 1);
    }

    void name(OnnxTensor[] tensors, Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
        for (int layer = 0; layer < layers; layer++) {
            for (int part = 0; part < 2; part++) {
                var tensor = tensors[2 * layer + part];
                inputs.put("past_key_values." + layer + (part == 0 ? ".key" : ".value"), tensor);
                outputs.put("present." + layer + (part == 0 ? ".key" : ".value"), tensor);
            }
        }
    }

    private OnnxTensor[] wrap(int first, int rows) throws OrtException {
        var tensors = new OnnxTensor[2 * layers];
        for (int i = 0; i < tensors.length; i++)
            tensors[i] = Graph.floats(buffers[i].asSlice(first * rowBytes, rows * rowBytes), rows, heads, length, dim);
        return tensors;
    }

    private void unwrap() {
        for (var tensor : wrapped) tensor.close();
        wrapped = new OnnxTensor[0];
        wrappedRows = 0;
    }

    @Override
    public void close() {
        unwrap();
        arena.close();
    }
}
