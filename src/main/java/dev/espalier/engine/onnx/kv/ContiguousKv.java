package dev.espalier.engine.onnx.kv;

import dev.espalier.engine.device.Blocks;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.format.ElementType;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The KV of the rows in flight, on the device: per layer one buffer for keys and one for values,
/// `[rows, heads, length, headDim]` floats, which the graph reads as past and writes as present. The first rows are a
/// prefix of the memory, so a row is removed by moving the last one to its index. The length grows with the longest
/// row, since compact rows are read faster (about 10 % more tokens per second than at the context's full length). Not
/// thread-safe.
public final class ContiguousKv implements KvSource, AutoCloseable {
    private static final int LENGTH_STEP = 64;

    private final DeviceBackend backend;
    private final ElementType element;
    private final int layers;
    /// Names of a fused graph's KV inputs, built once since every turn uses all of them.
    private final String[] pasts;
    /// Names of a fused graph's KV outputs.
    private final String[] presents;
    private final int heads;
    private final int dim;
    private final int context;
    private final int maxRows;
    private DeviceMemory[] buffers;
    private int capacity;
    private int length;
    private long headBytes;
    private long rowBytes;
    /// Cached tensors over the first rows.
    private DeviceTensor[] wrapped = {};
    private int wrappedRows;

    public ContiguousKv(DeviceBackend backend, ModelFolder model, ElementType element, int maxRows) {
        this.backend = backend;
        this.element = element;
        layers = model.shape().layers();
        pasts = names("past_key_values.", layers);
        presents = names("present.", layers);
        heads = model.shape().kvHeads();
        dim = model.shape().headDim();
        context = model.shape().context();
        this.maxRows = maxRows;
        capacity = Math.min(4, maxRows);
        setLength(Math.min(context, LENGTH_STEP));
        buffers = allocate();
    }

    private void setLength(int positions) {
        length = positions;
        headBytes = bytes(length);
        rowBytes = heads * headBytes;
    }

    /// Bytes of one head's positions.
    private long bytes(int positions) {
        return (long) positions * dim * element.bytes();
    }

    /// The max bytes for a number of rows and positions, since memory grows in steps.
    public long maxBytes(int rows, long positions) {
        return (rows + rows / 2) * Math.ceilDiv(positions, LENGTH_STEP) * LENGTH_STEP * tokenBytes();
    }

    /// Bytes of one token over all layers.
    public static long tokenBytes(ModelFolder model, ElementType element) {
        return 2L
                * model.shape().layers()
                * model.shape().kvHeads()
                * model.shape().headDim()
                * element.bytes();
    }

    @Override
    public long tokenBytes() {
        return 2L * layers * heads * bytes(1);
    }

    int length() {
        return length;
    }

    private DeviceMemory[] allocate() {
        @Nullable DeviceMemory[] allocated = new DeviceMemory[2 * layers];
        try {
            for (int i = 0; i < allocated.length; i++) allocated[i] = backend.allocate(capacity * rowBytes);
        } catch (DeviceException e) {
            free(allocated);
            throw e;
        }
        return allocated;
    }

    private static void free(@Nullable DeviceMemory[] buffers) {
        for (var buffer : buffers) if (buffer != null) buffer.close();
    }

    /// Makes room for a number of rows and positions.
    ///
    /// @param keptRows number of first rows whose data is kept
    /// @return true if memory was reallocated, so that the data of all other rows is lost
    public boolean reserve(int rows, int positions, int keptRows) {
        if (rows <= capacity && positions <= length) return false;
        var old = buffers;
        long oldHead = headBytes;
        int oldCapacity = capacity;
        int oldLength = length;
        if (rows > capacity) capacity = Math.min(maxRows, Math.max(rows, capacity + capacity / 2));
        if (positions > length) setLength(Math.min(context, Math.ceilDiv(positions, LENGTH_STEP) * LENGTH_STEP));
        try {
            buffers = allocate();
        } catch (DeviceException e) {
            capacity = oldCapacity;
            setLength(oldLength);
            throw e;
        }
        for (int i = 0; i < buffers.length; i++)
            backend.copy(
                    new Blocks(old[i], 0, oldHead),
                    new Blocks(buffers[i], 0, headBytes),
                    oldHead,
                    (long) keptRows * heads);
        unwrap();
        free(old);
        return true;
    }

    /// Frees memory if rows were much longer than new ones are likely to be. Call it only while no row is in
    /// flight.
    ///
    /// @return true if the data of all rows is lost
    public boolean shrink() {
        if (length <= 4 * LENGTH_STEP) return false;
        unwrap();
        free(buffers);
        setLength(LENGTH_STEP);
        buffers = allocate();
        return true;
    }

    @Override
    public void copyOut(int row, int from, int to, DeviceMemory target) {
        long bytes = bytes(to - from);
        for (int i = 0; i < buffers.length; i++)
            backend.copy(heads(i, row, from), new Blocks(target, i * heads * bytes, bytes), bytes, heads);
    }

    /// Copies the data of [#copyOut] to a row.
    public void copyIn(DeviceMemory source, int row, int from, int to) {
        long bytes = bytes(to - from);
        for (int i = 0; i < buffers.length; i++)
            backend.copy(new Blocks(source, i * heads * bytes, bytes), heads(i, row, from), bytes, heads);
    }

    /// Copies the first positions of a row over another row.
    public void move(int source, int target, int positions) {
        for (int i = 0; i < buffers.length; i++)
            backend.copy(heads(i, source, 0), heads(i, target, 0), bytes(positions), heads);
    }

    /// The blocks of a row's heads in a buffer, from a position on.
    private Blocks heads(int buffer, int row, int position) {
        return new Blocks(buffers[buffer], row * rowBytes + bytes(position), headBytes);
    }

    /// Binds the first rows as past and present.
    public void bind(int rows, Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs) {
        bindTensors(wrapped(rows), inputs, outputs);
    }

    private DeviceTensor[] wrapped(int rows) {
        if (wrappedRows != rows) {
            unwrap();
            wrapped = wrap(0, rows);
            wrappedRows = rows;
        }
        return wrapped;
    }

    /// Creates tensors over a single row; the caller closes them.
    public DeviceTensor[] wrapRow(int row) {
        return wrap(row, 1);
    }

    public void bindTensors(
            DeviceTensor[] tensors, Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs) {
        for (int i = 0; i < tensors.length; i++) {
            inputs.put(pasts[i], tensors[i]);
            outputs.put(presents[i], tensors[i]);
        }
    }

    private static String[] names(String prefix, int layers) {
        return IntStream.range(0, 2 * layers)
                .mapToObj(i -> prefix + i / 2 + (i % 2 == 0 ? ".key" : ".value"))
                .toArray(String[]::new);
    }

    private DeviceTensor[] wrap(int first, int rows) {
        var tensors = new DeviceTensor[2 * layers];
        for (int i = 0; i < tensors.length; i++)
            tensors[i] = backend.tensor(buffers[i], first * rowBytes, element, rows, heads, length, dim);
        return tensors;
    }

    private void unwrap() {
        for (var tensor : wrapped) tensor.close();
        wrapped = new DeviceTensor[0];
        wrappedRows = 0;
    }

    @Override
    public void close() {
        unwrap();
        free(buffers);
    }
}
