package dev.espalier.engine.onnx.decode;

import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.onnx.kv.PrefixCache;
import java.util.concurrent.atomic.LongAdder;

/// A folder's graph, validated and loaded on a device. Its implementations differ in how they keep KV. Thread-safe.
public interface LoadedGraph extends AutoCloseable {
    /// Display text: device, threads and precision.
    String device();

    /// Bytes of one token's KV over all layers.
    long tokenBytes();

    /// Creates the decode loop of one of a policy's workers.
    ///
    /// @param limits the worker's limits
    /// @param cache  shared by all workers
    DecodeLoop decodeLoop(Tokenizer tokenizer, PolicyLimits limits, PrefixCache cache, LongAdder executed, Meter meter);

    /// Creates a reward model's scorer for one worker.
    ///
    /// @param cache shared by all workers
    PathScorer scorer(PrefixCache cache, LongAdder executed);

    @Override
    void close();

    /// True if workers that run at the same time divide the threads among them instead of each using all.
    default boolean dividesThreads() {
        return false;
    }
}
