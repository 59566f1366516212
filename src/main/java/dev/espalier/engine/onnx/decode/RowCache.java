package dev.espalier.engine.onnx.decode;

import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.onnx.kv.KvSource;
import java.util.List;

/// The KV of a worker's rows in flight, and the graph runs over it. Not thread-safe.
public interface RowCache extends KvSource, AutoCloseable {
    boolean full();

    /// True if the KV of all rows at their max length stays within the budget when a row joins.
    boolean fits(List<Row> rows, Row row);

    /// Assigns a slot to a row.
    ///
    /// @return the number of its first positions whose KV is in the slot already: at least the prompt's, or 0
    int assignSlot(Row row);

    /// Copies positions into a row's slot, in the layout of [#copyOut].
    void copyIn(DeviceMemory source, Row row, int from, int to);

    /// Prefills the prompt of a row that has a slot, in one run with batch size 1.
    void readPrompt(Row row);

    /// Moves the rows together and makes room for one more token of each.
    ///
    /// @return the rows in the order of the batch
    List<Row> compact();

    /// Feeds the next token of each of these rows.
    ///
    /// @param logits receives `[rows, 1, vocabulary]`
    void run(List<Row> rows, DeviceMemory logits);

    void releaseSlot(Row row);

    @Override
    void close();
}
