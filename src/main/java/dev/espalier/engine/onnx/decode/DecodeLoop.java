package dev.espalier.engine.onnx.decode;

import dev.espalier.engine.onnx.kv.PrefixCache;
import java.util.List;

/// The decode loop of one worker. A turn is one forward pass, which feeds one token of every row; rows join and leave
/// between turns (continuous batching). Not thread-safe.
public interface DecodeLoop extends AutoCloseable {
    List<Row> rows();

    boolean full();

    /// True if a row can join: the KV of all rows at their max length stays within the budget. A single row always
    /// fits.
    default boolean fits(Row row) {
        return true;
    }

    /// The root of the cached segments of all paths.
    PrefixCache.Segment root();

    /// Adds a row: copies its cached KV and prefills an uncached prompt.
    void join(Row row);

    /// Feeds one token of every row. A finished row leaves and its future is completed.
    ///
    /// @throws dev.espalier.engine.device.DeviceException if the device fails; then all rows in flight are lost
    void turn();

    /// Removes a row without completing its future.
    void leave(int index);

    @Override
    void close();
}
