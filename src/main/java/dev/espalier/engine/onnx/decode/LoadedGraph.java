package dev.espalier.engine.onnx.decode;

import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.onnx.kv.PrefixCache;
import java.util.concurrent.atomic.LongAdder;

/// A folder's graph, checked and on a device: what runs it depends on how it keeps its KV.
public interface LoadedGraph extends AutoCloseable {
    /// Where it runs and in which precision, for people.
    String device();

    /// The bytes that one token's KV takes over all layers.
    long tokenBytes();

    /// The rows in flight of one of a policy's workers.
    ///
    /// @param limits of the worker
    /// @param cache  of all workers
    DecodeLoop batch(Tokenizer tokenizer, PolicyLimits limits, PrefixCache cache, LongAdder executed, Meter meter);

    /// What reads paths into a reward model, for one worker.
    ///
    /// @param cache of all workers
    PathScorer scorer(PrefixCache cache, LongAdder executed);

    @Override
    void close();

    /// Whether several workers at once share the threads out among them, instead of each using all.
    default boolean apart() {
        return false;
    }
}
