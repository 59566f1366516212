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

    /// @param threads in all; physical cores are best
    /// @param each    of them for one run of the graph
    static LoadedGraph open(ModelFolder model, DeviceBackend backend, int threads, int each) {
        boolean policy = model.kind() == ModelFolder.Kind.POLICY;
        // Attention between them is the processor's.
        if (policy && backend.cpu() && !model.pieces().isEmpty()) return Pieces.open(model, backend, threads, each);
        if (fused(model)) return Graph.open(model, backend, threads, each, policy ? "logits" : "scores");
        return HubGraph.open(model, backend, threads);
    }
}
