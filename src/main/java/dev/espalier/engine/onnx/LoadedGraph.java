package dev.espalier.engine.onnx;

import dev.espalier.engine.GraphLayout;
import dev.espalier.engine.GraphNames;
import dev.espalier.engine.ModelFolder;
import dev.espalier.engine.Tokenizer;
import dev.espalier.engine.device.DeviceBackend;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/// A folder's graph, checked and on a device: what runs it depends on how it keeps its KV.
interface LoadedGraph extends AutoCloseable {
    /// Where it runs and in which precision, for people.
    String device();

    /// The bytes that one token's KV takes over all layers.
    long tokenBytes();

    /// The rows in flight of one of a policy's workers.
    ///
    /// @param limits of the worker
    /// @param cache  of all workers
    Batch batch(Tokenizer tokenizer, OnnxPolicy.Limits limits, PrefixCache cache, LongAdder executed, Meter meter);

    /// What reads paths into a reward model, for one worker.
    ///
    /// @param cache of all workers
    PathScorer scorer(PrefixCache cache, LongAdder executed);

    @Override
    void close();

    /// Names for a sentence: the first ones, and how many there are.
    static String some(Set<String> names) {
        int shown = 6;
        return names.size() <= shown + 1 ? String.join(", ", names) : String.join(", ", names.stream().limit(shown).toList()) + ", … %d in all".formatted(names.size());
    }

    /// Whether Espalier's own loop runs it. It asks for the usual names, and that a row's numbers are the same in any batch.
    static boolean fused(ModelFolder model) {
        return model.layout() == GraphLayout.FUSED || model.layout() == GraphLayout.REWRITTEN && model.names().equals(GraphNames.USUAL) && !model.alone() && model.rowStep() == 1;
    }

    /// Whether several workers at once share the threads out among them, instead of each using all.
    default boolean apart() {
        return false;
    }

    /// @param threads in all; physical cores are best
    /// @param each    of them for one run of a whole graph
    /// @param workers that may run it at once
    static LoadedGraph open(ModelFolder model, DeviceBackend backend, int threads, int each, int workers) {
        var pieces = Pieces.open(model, backend, threads, workers);
        if (pieces != null) return pieces;
        if (fused(model)) return Graph.open(model, backend, threads, each, model.kind() == ModelFolder.Kind.POLICY ? "logits" : "scores");
        return HubGraph.open(model, backend, threads);
    }
}
