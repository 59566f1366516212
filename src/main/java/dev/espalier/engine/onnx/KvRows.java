package dev.espalier.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.espalier.engine.ModelFolder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/// The KV memory of the rows in flight: per layer one buffer for keys and one for values, `[rows, heads, length, headDim]` floats,
/// which the graph reads as past and writes as present. A prefix of rows is a prefix of the memory, so dropping a row is
/// moving the last one into its place. The length grows with the longest row: rows that lie close together are read faster
/// (about 10 % more tokens a second than at the context's full length). Used by one thread.
final class KvRows implements AutoCloseable {
    private static final long ALIGNMENT = 64;
    private static final int LENGTH_STEP = 64;

    private final int layers;
    private final int heads;
    private final int dim;
    private final int context;
    private final int mostRows;
    private Arena arena = Arena.ofConfined();
    private MemorySegment[] buffers;
    private int capacity;
    private int length;
    private long headBytes;
    private long rowBytes;
    private OnnxTensor[] wrapped = {};
    private int wrappedRows;

    KvRows(ModelFolder model, int mostRows) {
        layers = model.layers();
        heads = model.kvHeads();
        dim = model.headDim();
        context = model.context();
        this.mostRows = mostRows;
        capacity = Math.min(4, mostRows);
        length(Math.min(context, LENGTH_STEP));
        buffers = allocate(arena);
    }

    private void length(int positions) {
        length = positions;
        headBytes = (long) length * dim * Float.BYTES;
        rowBytes = heads * headBytes;
    }

    /// The bytes that one token takes over all layers.
    static long tokenBytes(ModelFolder model) {
        return 2L * model.layers() * model.kvHeads() * model.headDim() * Float.BYTES;
    }

    private MemorySegment[] allocate(Arena into) {
        var made = new MemorySegment[2 * layers];
        for (int i = 0; i < made.length; i++) made[i] = into.allocate(capacity * rowBytes, ALIGNMENT);
        return made;
    }

    /// Makes room for a number of rows of a number of positions; what the first rows hold stays.
    ///
    /// @param kept rows in flight
    void reserve(int rows, int positions, int kept) {
        if (rows <= capacity && positions <= length) return;
        var old = buffers;
        long oldHead = headBytes;
        if (rows > capacity) capacity = Math.min(mostRows, Math.max(rows, 2 * capacity));
        if (positions > length) length(Math.min(context, Math.ceilDiv(positions, LENGTH_STEP) * LENGTH_STEP));
        var next = Arena.ofConfined();
        buffers = allocate(next);
        for (int i = 0; i < buffers.length; i++) {
            for (int head = 0; head < kept * heads; head++) MemorySegment.copy(old[i], head * oldHead, buffers[i], head * headBytes, oldHead);
        }
        unwrap();
        arena.close();
        arena = next;
    }

    /// Gives memory back where rows were much longer than they are likely to be now. Only while no row is in flight.
    void shrink() {
        if (length > 4 * LENGTH_STEP) {
            unwrap();
            arena.close();
            arena = Arena.ofConfined();
            length(LENGTH_STEP);
            buffers = allocate(arena);
        }
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
