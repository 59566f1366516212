package dev.espalier.engine.onnx.exported;

import dev.espalier.engine.device.Blocks;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.onnx.kv.KvSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The KV of a batch of rows, on the device: per layer one buffer for keys and one for values,
/// `[rows, heads, length, headDim]`. Each row uses its first positions. Not thread-safe.
///
/// @param <R> the type of a row
public final class KvLane<R> implements KvSource, AutoCloseable {
    /// Positions of each row. It never changes.
    final int length;
    final List<R> rows = new ArrayList<>();

    private final ExportedGraph graph;
    private final DeviceBackend backend;
    private final int layers;
    private final int heads;
    private final int headDim;
    private DeviceMemory[] buffers = {};
    private int capacity;

    public KvLane(ExportedGraph graph, int length) {
        this.graph = graph;
        this.length = length;
        backend = graph.backend();
        ModelFolder model = graph.folder();
        layers = model.shape().layers();
        heads = model.shape().kvHeads();
        headDim = model.shape().headDim();
    }

    /// Bytes of one head's positions.
    private long bytes(int positions) {
        return (long) positions * headDim * graph.kv().bytes();
    }

    @Override
    public long tokenBytes() {
        return graph.tokenBytes();
    }

    /// Adds a row.
    ///
    /// @return its index
    public int add(R row) {
        if (rows.size() == capacity) reserve(capacity + capacity / 2);
        rows.add(row);
        return rows.size() - 1;
    }

    /// Makes room for a number of rows. The capacity is even, since some graphs need an even batch size.
    void reserve(int rows) {
        if (rows <= capacity && capacity > 0) return;
        int newCapacity = Math.max(4, rows + rows % 2);
        var larger = allocate(newCapacity, length);
        for (int i = 0; i < buffers.length; i++)
            if (bytes(length) > 0)
                backend.copy(new Blocks(buffers[i], 0), new Blocks(larger[i], 0), capacity * heads * bytes(length), 1);
        free(buffers);
        buffers = larger;
        capacity = newCapacity;
    }

    /// Removes a row; the last row moves to its index.
    void remove(R row) {
        int index = rows.indexOf(row);
        var last = rows.removeLast();
        if (index == rows.size()) return;
        for (int i = 0; i < buffers.length; i++)
            copy(heads(buffers[i], rows.size(), 0), heads(buffers[i], index, 0), length);
        rows.set(index, last);
    }

    /// Copies the first positions of another lane's row to a row.
    void copyRow(KvLane<?> source, int from, int to, int positions) {
        for (int i = 0; i < buffers.length; i++)
            copy(source.heads(source.buffers[i], from, 0), heads(buffers[i], to, 0), positions);
    }

    /// Copies positions of tensors `[rows, heads, length, headDim]` to a row.
    ///
    /// @param source keys and values of each layer
    /// @param length of the source
    /// @param row    of the source
    void copyIn(DeviceMemory[] source, int length, int row, int at, int target, int position, int count) {
        for (int i = 0; i < buffers.length; i++)
            copy(
                    new Blocks(source[i], (row * heads * (long) length + at) * bytes(1), bytes(length)),
                    heads(buffers[i], target, position),
                    count);
    }

    /// Copies the data of [#copyOut] to a row.
    void copyIn(DeviceMemory source, int row, int from, int to) {
        long bytes = bytes(to - from);
        for (int i = 0; i < buffers.length; i++)
            copy(new Blocks(source, i * heads * bytes, bytes), heads(buffers[i], row, from), to - from);
    }

    @Override
    public void copyOut(int row, int from, int to, DeviceMemory target) {
        long bytes = bytes(to - from);
        for (int i = 0; i < buffers.length; i++)
            copy(heads(buffers[i], row, from), new Blocks(target, i * heads * bytes, bytes), to - from);
    }

    private void copy(Blocks source, Blocks target, int positions) {
        if (positions > 0) backend.copy(source, target, bytes(positions), heads);
    }

    private Blocks heads(DeviceMemory buffer, int row, int position) {
        return new Blocks(buffer, row * heads * bytes(length) + bytes(position), bytes(length));
    }

    /// Allocates keys and values of each layer for a number of rows and positions.
    DeviceMemory[] allocate(int rows, int positions) {
        @Nullable DeviceMemory[] allocated = new DeviceMemory[2 * layers];
        try {
            // Never 0 bytes, since an empty past still needs an address.
            for (int i = 0; i < allocated.length; i++)
                allocated[i] = backend.allocate(Math.max(64, rows * heads * bytes(positions)));
            return allocated;
        } catch (DeviceException e) {
            free(allocated);
            throw e;
        }
    }

    /// True if memory has room for a number of rows and positions.
    boolean hasRoom(DeviceMemory[] memory, int rows, int positions) {
        return memory.length > 0 && memory[0].bytes() >= rows * heads * bytes(positions);
    }

    static void free(@Nullable DeviceMemory[] buffers) {
        for (var buffer : buffers) if (buffer != null) buffer.close();
    }

    /// Binds the first rows as the past.
    public void bindPast(int rows, Map<String, DeviceTensor> inputs) {
        bind(buffers, rows, length, false, inputs);
    }

    /// Binds the first rows as the present.
    public void bindPresent(int rows, Map<String, DeviceTensor> outputs) {
        bind(buffers, rows, length, true, outputs);
    }

    /// Binds other memory as past or present.
    public void bind(
            DeviceMemory[] memory, int rows, int positions, boolean present, Map<String, DeviceTensor> tensors) {
        var names = graph.folder().execution().names();
        for (int layer = 0; layer < layers; layer++)
            for (int part = 0; part < 2; part++)
                tensors.put(
                        present ? names.present(layer, part) : names.past(layer, part),
                        backend.tensor(memory[2 * layer + part], 0, graph.kv(), rows, heads, positions, headDim));
    }

    @Override
    public void close() {
        free(buffers);
    }
}
