package dev.espalier.engine.onnx.decode;

import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.onnx.kv.KvSource;
import java.util.List;

/// Where the KV of a worker's rows lies while they are in flight, and what runs a turn of them. Used by one thread.
public interface RowCache extends KvSource, AutoCloseable {
    boolean full();

    /// Whether all KV stays within its budget when a row joins others, however long all of them grow.
    boolean fits(List<Row> rows, Row row);

    /// Gives a row a place.
    ///
    /// @return how many of its first positions lie there already, those of its prompt at least or 0
    int take(Row row);

    /// Copies positions into a row that has its place, as [#copyOut] lays them out.
    void copyIn(DeviceMemory source, Row row, int from, int to);

    /// Reads the prompt of a row that has its place, at once and alone.
    void readPrompt(Row row);

    /// The rows in the order in which a turn takes them, with room for one more token of each.
    List<Row> closeUp();

    /// Feeds the next token of each of those rows.
    ///
    /// @param logits receives `[rows, 1, vocabulary]`
    void run(List<Row> rows, DeviceMemory logits);

    void leave(Row row);

    @Override
    void close();
}
