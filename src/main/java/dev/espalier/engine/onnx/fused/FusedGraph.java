package dev.espalier.engine.onnx.fused;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceSession;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.GraphOptions;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.TensorType;
import dev.espalier.engine.graph.GraphLayout;
import dev.espalier.engine.graph.GraphNames;
import dev.espalier.engine.onnx.decode.DecodeLoop;
import dev.espalier.engine.onnx.decode.FusedDecodeLoop;
import dev.espalier.engine.onnx.decode.GraphNodes;
import dev.espalier.engine.onnx.decode.KernelClock;
import dev.espalier.engine.onnx.decode.LoadedGraph;
import dev.espalier.engine.onnx.decode.LoopGuard;
import dev.espalier.engine.onnx.decode.Meter;
import dev.espalier.engine.onnx.decode.PathScorer;
import dev.espalier.engine.onnx.decode.PolicyLimits;
import dev.espalier.engine.onnx.kv.ContiguousKv;
import dev.espalier.engine.onnx.kv.PrefixCache;
import dev.espalier.engine.onnx.sampling.Draws;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/// A loaded fused graph. Inputs: `input_ids` [B,S] and `attention_mask` [B,T] (1 = a real token), int64;
/// `past_key_values.{i}.key|value` float [B,heads,P,headDim]. Outputs: `logits` [B,1,V] of the last
/// position (older exports: [B,S,V] of all) or `scores` [B,S], and `present.{i}.key|value`.
/// Past and present may share one memory; then P is its length and T is at most P. Thread-safe.
public final class FusedGraph implements LoadedGraph {
    private static final Set<ElementType> FLOATS =
            Set.copyOf(EnumSet.of(ElementType.F32, ElementType.F16, ElementType.BF16));

    private final ModelFolder folder;
    private final DeviceBackend backend;
    private final DeviceSession session;
    private final String device;

    private FusedGraph(ModelFolder folder, DeviceBackend backend, DeviceSession session, String device) {
        this.folder = folder;
        this.backend = backend;
        this.session = session;
        this.device = device;
    }

    /// @param threads total number; the number of physical cores is best
    /// @param threadsPerRun    threads for one run of the graph
    public static FusedGraph open(
            ModelFolder folder, DeviceBackend backend, int threads, int threadsPerRun, String output) {
        folder.verify();
        var file = folder.path().resolve(folder.files().graph());
        String description =
                backend.device() + (backend.cpu() ? ", " + threads + (threads == 1 ? " thread" : " threads") : "");
        try {
            var rewriting = folder.execution().layout() == GraphLayout.REWRITTEN ? folder.rewriting() : null;
            var options = GraphOptions.threads(threadsPerRun);
            var session = rewriting == null
                    ? backend.open(file, options)
                    : backend.open(rewriting.positionsFromMask(), options.withWeights(rewriting.folder()));
            try {
                var graph = new FusedGraph(folder, backend, LoopGuard.of(folder, session), description);
                graph.check(folder, output);
                return graph;
            } catch (RuntimeException e) {
                session.close();
                throw e;
            }
        } catch (DeviceException e) {
            throw new EspalierException(
                    file + " was refused by ONNX Runtime (" + e.getMessage() + "); "
                            + e.advice("copy the model folder again") + ".",
                    e);
        }
    }

    /// True if [dev.espalier.engine.onnx.decode.FusedDecodeLoop] can run a folder's graph. It needs the standard
    /// names, and results that do not depend on the batch.
    public static boolean runs(ModelFolder model) {
        var run = model.execution();
        return run.layout() == GraphLayout.FUSED
                || run.layout() == GraphLayout.REWRITTEN
                        && run.names().equals(GraphNames.USUAL)
                        && !run.batchDependent()
                        && run.rowMultiple() == 1;
    }

    DeviceBackend backend() {
        return backend;
    }

    /// Device, threads and precision, such as "CPU, 2 threads, f32".
    @Override
    public String device() {
        var run = folder.execution();
        return device + ", "
                + (run.layout() == GraphLayout.REWRITTEN || folder.variants().containsKey(run.precision())
                        ? run.precision()
                        : kv().name().toLowerCase(Locale.ROOT));
    }

    /// Element type of the KV.
    ElementType kv() {
        return element(session.inputs(), "past_key_values.0.key");
    }

    /// Element type of the logits.
    ElementType logits() {
        return element(session.outputs(), "logits");
    }

    @Override
    public long tokenBytes() {
        return ContiguousKv.tokenBytes(folder, kv());
    }

    @Override
    public DecodeLoop decodeLoop(
            Tokenizer tokenizer, PolicyLimits limits, PrefixCache cache, LongAdder executed, Meter meter) {
        return new FusedDecodeLoop(
                folder,
                new StaticKv(folder, this, limits),
                Draws.of(backend, folder, tokenizer, logits(), limits.rows()),
                tokenizer,
                cache,
                executed,
                meter);
    }

    @Override
    public PathScorer scorer(PrefixCache cache, LongAdder executed) {
        return new FusedPathReader(folder, this, cache, executed);
    }

    /// Runs the graph; outputs are written into the given tensors.
    void run(Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs) {
        KernelClock.start();
        try {
            session.run(inputs, outputs);
        } finally {
            KernelClock.stop();
        }
    }

    /// The output name for a recurrent input.
    static String presentOf(String past) {
        return "present_" + past.substring("past_".length());
    }

    /// The shape of a state for one row.
    static long[] rowShape(List<Integer> innerShape) {
        return LongStream.concat(LongStream.of(1), innerShape.stream().mapToLong(i -> i))
                .toArray();
    }

    private void check(ModelFolder folder, String output) {
        var inputs = session.inputs();
        var outputs = session.outputs();
        require(folder, inputs, "input", "input_ids", -1, -1);
        require(folder, inputs, "input", "attention_mask", -1, -1);
        for (int layer = 0; layer < folder.shape().layers(); layer++) {
            for (var part : new String[] {"key", "value"}) {
                require(
                        folder,
                        inputs,
                        "input",
                        "past_key_values." + layer + "." + part,
                        -1,
                        folder.shape().kvHeads(),
                        -1,
                        folder.shape().headDim());
                require(
                        folder,
                        outputs,
                        "output",
                        "present." + layer + "." + part,
                        -1,
                        folder.shape().kvHeads(),
                        -1,
                        folder.shape().headDim());
            }
        }
        for (var state : folder.shape().state().entrySet()) {
            if (!state.getKey().startsWith("past_"))
                throw mismatch(
                        folder,
                        "has the state \"" + state.getKey() + "\" in its description, which does not start with past_");
            require(folder, inputs, "input", state.getKey(), rowShape(state.getValue()));
            require(folder, outputs, "output", presentOf(state.getKey()), rowShape(state.getValue()));
        }
        for (var node : inputs.entrySet()) {
            boolean whole = node.getKey().equals("input_ids") || node.getKey().equals("attention_mask");
            require(
                    folder,
                    node.getKey(),
                    node.getValue().element(),
                    whole
                            ? Set.of(ElementType.I64)
                            : node.getKey().startsWith("past_key_values.") ? FLOATS : Set.of(ElementType.F32));
        }
        for (int layer = 0; layer < folder.shape().layers(); layer++)
            for (var part : new String[] {".key", ".value"}) {
                require(
                        folder,
                        "past_key_values." + layer + part,
                        element(inputs, "past_key_values." + layer + part),
                        Set.of(kv()));
                require(folder, "present." + layer + part, element(outputs, "present." + layer + part), Set.of(kv()));
            }
        int expected = 2 + 2 * folder.shape().layers() + folder.shape().state().size();
        if (inputs.size() != expected)
            throw mismatch(
                    folder,
                    "has " + inputs.size() + " inputs (" + GraphNodes.summary(inputs.keySet()) + ") where " + expected
                            + " are expected");
        if (output.equals("logits"))
            require(folder, outputs, "output", output, -1, -1, folder.shape().vocabulary());
        else require(folder, outputs, "output", output, -1, -1);
        require(folder, output, element(outputs, output), output.equals("logits") ? FLOATS : Set.of(ElementType.F32));
    }

    private static ElementType element(Map<String, TensorType> nodes, String name) {
        return Objects.requireNonNull(nodes.get(name), name).element();
    }

    private static void require(
            ModelFolder folder, Map<String, TensorType> nodes, String kind, String name, long... shape) {
        GraphNodes.require(folder, folder.files().graph(), nodes, kind, name, shape);
    }

    private static void require(ModelFolder folder, String name, ElementType element, Set<ElementType> expected) {
        if (!expected.contains(element))
            throw mismatch(folder, "has \"" + name + "\" of type " + element + " where " + expected + " is expected");
    }

    private static EspalierException mismatch(ModelFolder folder, String what) {
        return GraphNodes.mismatch(folder, folder.files().graph(), what);
    }

    @Override
    public void close() {
        session.close();
    }
}
