package dev.espalier.engine.onnx;

import dev.espalier.EspalierException;
import dev.espalier.engine.GraphLayout;
import dev.espalier.engine.ModelFolder;
import dev.espalier.engine.Tokenizer;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceSession;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.ElementType;
import dev.espalier.engine.device.GraphOptions;
import dev.espalier.engine.device.TensorType;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/// A folder's fused graph on a device. Inputs: `input_ids` [B,S] and `attention_mask` [B,T] (1 = a real token), int64;
/// `past_key_values.{i}.key|value` float [B,heads,P,headDim]. Outputs: `logits` [B,1,V] of the last
/// position (older exports: [B,S,V] of all) or `scores` [B,S], and `present.{i}.key|value`.
/// Past and present may be the same memory, then P is its length and T at most P.
final class Graph implements LoadedGraph {
    private static final Set<ElementType> FLOATS = Set.copyOf(EnumSet.of(ElementType.F32, ElementType.F16, ElementType.BF16));

    private final ModelFolder folder;
    private final DeviceBackend backend;
    private final DeviceSession session;
    private final String device;

    private Graph(ModelFolder folder, DeviceBackend backend, DeviceSession session, String device) {
        this.folder = folder;
        this.backend = backend;
        this.session = session;
        this.device = device;
    }

    /// @param threads in all; physical cores are best
    /// @param each    of them for one run of the graph
    static Graph open(ModelFolder folder, DeviceBackend backend, int threads, int each, String output) {
        folder.verify();
        var file = folder.path().resolve(folder.graph());
        String where = backend.device() + (backend.cpu() ? ", " + threads + (threads == 1 ? " thread" : " threads") : "");
        try {
            var rewriting = folder.layout() == GraphLayout.REWRITTEN ? HubGraph.rewriting(folder) : null;
            var options = GraphOptions.threads(each);
            var session = rewriting == null ? backend.open(file, options) : backend.open(rewriting.counted(), options.withWeights(rewriting.folder()));
            try {
                var graph = new Graph(folder, backend, session, where);
                graph.check(folder, output);
                return graph;
            } catch (RuntimeException e) {
                session.close();
                throw e;
            }
        } catch (DeviceException e) {
            throw new EspalierException(file + " was refused by ONNX Runtime (" + e.getMessage() + "); " + e.advice("copy the model folder again") + ".", e);
        }
    }

    DeviceBackend backend() {
        return backend;
    }

    /// With its precision, such as "CPU, 2 threads, f32".
    @Override
    public String device() {
        return device + ", " + (folder.layout() == GraphLayout.REWRITTEN || folder.variants().containsKey(folder.precision()) ? folder.precision() : kv().name().toLowerCase(Locale.ROOT));
    }

    /// What its KV is made of.
    ElementType kv() {
        return element(session.inputs(), "past_key_values.0.key");
    }

    /// What its logits are made of.
    ElementType logits() {
        return element(session.outputs(), "logits");
    }

    @Override
    public long tokenBytes() {
        return KvRows.tokenBytes(folder, kv());
    }

    @Override
    public Batch batch(Tokenizer tokenizer, OnnxPolicy.Limits limits, PrefixCache cache, LongAdder executed, Meter meter) {
        return new DecodeLoop(folder, new StaticKv(folder, this, limits), Draws.of(backend, folder, tokenizer, logits(), limits.rows()), tokenizer, cache, executed, meter);
    }

    @Override
    public PathScorer scorer(PrefixCache cache, LongAdder executed) {
        return new PathReader(folder, this, cache, executed);
    }

    /// Runs with outputs into memory of ours.
    void run(Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs) {
        KernelClock.start();
        try {
            session.run(inputs, outputs);
        } finally {
            KernelClock.stop();
        }
    }

    /// The output that goes on with a recurrent input.
    static String presentOf(String past) {
        return "present_" + past.substring("past_".length());
    }

    /// A state's shape for one row.
    static long[] rowShape(List<Integer> behindTheRows) {
        return LongStream.concat(LongStream.of(1), behindTheRows.stream().mapToLong(i -> i)).toArray();
    }

    private void check(ModelFolder folder, String output) {
        var inputs = session.inputs();
        var outputs = session.outputs();
        demand(folder, inputs, "input", "input_ids", -1, -1);
        demand(folder, inputs, "input", "attention_mask", -1, -1);
        for (int layer = 0; layer < folder.layers(); layer++) {
            for (var part : new String[] {"key", "value"}) {
                demand(folder, inputs, "input", "past_key_values." + layer + "." + part, -1, folder.kvHeads(), -1, folder.headDim());
                demand(folder, outputs, "output", "present." + layer + "." + part, -1, folder.kvHeads(), -1, folder.headDim());
            }
        }
        for (var state : folder.state().entrySet()) {
            if (!state.getKey().startsWith("past_")) throw wrong(folder, "is said to have the state \"" + state.getKey() + "\", which does not start with past_");
            demand(folder, inputs, "input", state.getKey(), rowShape(state.getValue()));
            demand(folder, outputs, "output", presentOf(state.getKey()), rowShape(state.getValue()));
        }
        for (var node : inputs.entrySet()) {
            boolean whole = node.getKey().equals("input_ids") || node.getKey().equals("attention_mask");
            demand(folder, node.getKey(), node.getValue().element(), whole ? Set.of(ElementType.I64) : node.getKey().startsWith("past_key_values.") ? FLOATS : Set.of(ElementType.F32));
        }
        for (int layer = 0; layer < folder.layers(); layer++) for (var part : new String[] {".key", ".value"}) {
            demand(folder, "past_key_values." + layer + part, element(inputs, "past_key_values." + layer + part), Set.of(kv()));
            demand(folder, "present." + layer + part, element(outputs, "present." + layer + part), Set.of(kv()));
        }
        int expected = 2 + 2 * folder.layers() + folder.state().size();
        if (inputs.size() != expected)
            throw wrong(folder, "has " + inputs.size() + " inputs (" + LoadedGraph.some(inputs.keySet()) + ") where " + expected + " are expected");
        if (output.equals("logits")) demand(folder, outputs, "output", output, -1, -1, folder.vocabulary());
        else demand(folder, outputs, "output", output, -1, -1);
        demand(folder, output, element(outputs, output), output.equals("logits") ? FLOATS : Set.of(ElementType.F32));
    }

    private static ElementType element(Map<String, TensorType> nodes, String name) {
        return Objects.requireNonNull(nodes.get(name), name).element();
    }

    private static void demand(ModelFolder folder, Map<String, TensorType> nodes, String kind, String name, long... shape) {
        demand(folder, folder.graph(), nodes, kind, name, shape);
    }

    static void demand(ModelFolder folder, String file, Map<String, TensorType> nodes, String kind, String name, long... shape) {
        var node = nodes.get(name);
        if (node == null) throw wrong(folder, file, "has no " + kind + " \"" + name + "\" (it has " + LoadedGraph.some(nodes.keySet()) + ")");
        long[] found = node.shape();
        boolean fits = found.length == shape.length;
        for (int i = 0; fits && i < shape.length; i++) fits = shape[i] < 0 || found[i] < 0 || shape[i] == found[i];
        if (!fits) throw wrong(folder, file, "has \"" + name + "\" of shape " + java.util.Arrays.toString(found) + " where " + java.util.Arrays.toString(shape) + " is expected (-1 is any)");
    }

    private static void demand(ModelFolder folder, String name, ElementType element, Set<ElementType> expected) {
        if (!expected.contains(element)) throw wrong(folder, "has \"" + name + "\" of type " + element + " where " + expected + " is expected");
    }

    private static EspalierException wrong(ModelFolder folder, String what) {
        return wrong(folder, folder.graph(), what);
    }

    static EspalierException wrong(ModelFolder folder, String file, String what) {
        return new EspalierException("The graph " + folder.path().resolve(file) + " " + what + "; it does not fit its " + ModelFolder.FILE + ": copy the model folder again.");
    }

    @Override
    public void close() {
        session.close();
    }
}
