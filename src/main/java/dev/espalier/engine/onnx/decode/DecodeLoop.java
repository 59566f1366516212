package dev.espalier.engine.onnx.decode;

import dev.espalier.engine.onnx.kv.PrefixCache;
import java.util.List;

/// The rows in flight of a policy: each turn feeds one token of every row; rows join and leave between turns. Used by one thread.
public interface DecodeLoop extends AutoCloseable {
    List<Row> rows();

    boolean full();

    /// Whether the rows' KV stays within its budget when a row joins, however long all of them grow. One row always may.
    default boolean fits(Row row) {
        return true;
    }

    /// Where the kept KV of every path starts.
    PrefixCache.Segment root();

    /// Adds a row: its kept KV is copied in, an unknown prompt is read.
    void join(Row row);

    /// One token of every row. A row that is finished leaves, its future is completed.
    ///
    /// @throws dev.espalier.engine.device.DeviceException where the device failed; what is in flight is lost then
    void turn();

    /// Takes a row out.
    void leave(int index);

    @Override
    void close();
}
