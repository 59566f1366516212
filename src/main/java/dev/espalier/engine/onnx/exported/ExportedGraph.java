package dev.espalier.engine.onnx.exported;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceSession;
import dev.espalier.engine.device.GraphOptions;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.Floats;
import dev.espalier.engine.format.TensorType;
import dev.espalier.engine.graph.GraphLayout;
import dev.espalier.engine.graph.Rewriting;
import dev.espalier.engine.onnx.decode.DecodeLoop;
import dev.espalier.engine.onnx.decode.GraphNodes;
import dev.espalier.engine.onnx.decode.LoadedGraph;
import dev.espalier.engine.onnx.decode.LoopGuard;
import dev.espalier.engine.onnx.decode.Meter;
import dev.espalier.engine.onnx.decode.PathScorer;
import dev.espalier.engine.onnx.decode.PolicyLimits;
import dev.espalier.engine.onnx.kv.PrefixCache;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/// A loaded graph of another exporter, validated against its folder's description.
///
/// @param kv        element type of the KV, F32 if it has none
/// @param logits    element type of the output
/// @param positions true if it has an input of positions; otherwise it derives them from the length of its past
public record ExportedGraph(
        ModelFolder folder,
        DeviceBackend backend,
        DeviceSession session,
        ElementType kv,
        ElementType logits,
        boolean positions,
        String device)
        implements LoadedGraph {

    /// @param threads per operator; the number of physical cores is best
    public static ExportedGraph open(ModelFolder folder, DeviceBackend backend, int threads) {
        folder.verify();
        var file = folder.path().resolve(folder.files().graph());
        String description =
                backend.device() + (backend.cpu() ? ", " + threads + (threads == 1 ? " thread" : " threads") : "")
                        + ", " + folder.execution().precision();
        try {
            boolean rewritten = folder.execution().layout() == GraphLayout.REWRITTEN;
            var session = rewritten
                    ? open(backend, folder.rewriting(), Rewriting::withPositions, threads)
                    : backend.open(file, GraphOptions.threads(threads));
            return checked(folder, backend, session, description);
        } catch (DeviceException e) {
            throw new EspalierException(
                    file + " was refused by ONNX Runtime (" + e.getMessage() + "); "
                            + e.advice("copy the model folder again, or export the model for a newer ONNX Runtime")
                            + ".",
                    e);
        }
    }

    private static ExportedGraph checked(
            ModelFolder folder, DeviceBackend backend, DeviceSession session, String description) {
        try {
            return new Validation(folder, LoopGuard.of(folder, session)).graph(backend, description);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /// Opens the original of a rewritten graph, with its masks as additional outputs.
    public static ExportedGraph original(ModelFolder rewritten, DeviceBackend backend, int threads) {
        return checked(
                rewritten.exported(""),
                backend,
                open(backend, rewritten.rewriting(), Rewriting::original, threads),
                "");
    }

    private static DeviceSession open(
            DeviceBackend backend, Rewriting rewriting, Function<Rewriting, byte[]> variant, int threads) {
        return backend.open(
                variant.apply(rewriting), GraphOptions.threads(threads).withWeights(rewriting.folder()));
    }

    /// True if past and present share one memory.
    boolean sharesKv() {
        return folder.execution().layout() == GraphLayout.SHARED
                || folder.execution().layout() == GraphLayout.REWRITTEN;
    }

    @Override
    public DecodeLoop decodeLoop(
            Tokenizer tokenizer, PolicyLimits limits, PrefixCache cache, LongAdder executed, Meter meter) {
        return new ExportedDecodeLoop(this, tokenizer, limits, cache, executed, meter);
    }

    @Override
    public PathScorer scorer(PrefixCache cache, LongAdder executed) {
        return new ExportedPathReader(this, cache, executed);
    }

    @Override
    public long tokenBytes() {
        return 2L
                * folder.shape().layers()
                * folder.shape().kvHeads()
                * folder.shape().headDim()
                * kv.bytes();
    }

    private record Validation(ModelFolder folder, DeviceSession session) {
        ExportedGraph graph(DeviceBackend backend, String description) {
            var names = folder.execution().names();
            var inputs = session.inputs();
            var outputs = session.outputs();
            var unknown = new HashSet<>(inputs.keySet());
            require(inputs, "input", names.ids(), ElementType.I64, -1, -1);
            require(inputs, "input", names.mask(), ElementType.I64, -1, -1);
            boolean positions = inputs.containsKey(names.positions());
            if (positions) require(inputs, "input", names.positions(), ElementType.I64, -1, -1);
            unknown.removeAll(java.util.List.of(names.ids(), names.mask(), names.positions()));
            ElementType kv = ElementType.F32;
            for (int layer = 0; layer < folder.shape().layers(); layer++) {
                for (int part = 0; part < 2; part++) {
                    var past = inputs.get(names.past(layer, part));
                    if (layer == 0 && part == 0 && past != null) kv = past.element();
                    require(
                            inputs,
                            "input",
                            names.past(layer, part),
                            kv,
                            -1,
                            folder.shape().kvHeads(),
                            -1,
                            folder.shape().headDim());
                    require(
                            outputs,
                            "output",
                            names.present(layer, part),
                            kv,
                            -1,
                            folder.shape().kvHeads(),
                            -1,
                            folder.shape().headDim());
                    unknown.remove(names.past(layer, part));
                }
            }
            if (!Floats.readable(kv)) throw mismatch("keeps its KV as " + kv + " where f32, f16 or bf16 is expected");
            if (!unknown.isEmpty())
                throw mismatch("has the inputs "
                        + String.join(", ", unknown.stream().sorted().toList()) + ", which Espalier does not know");
            var logits = outputs.get(names.logits());
            if (logits == null) throw mismatch("has no output \"" + names.logits() + "\"");
            if (!Floats.readable(logits.element()))
                throw mismatch("has outputs of type " + logits.element() + " where f32, f16 or bf16 is expected");
            if (folder.kind() == ModelFolder.Kind.POLICY)
                require(
                        outputs,
                        "output",
                        names.logits(),
                        logits.element(),
                        -1,
                        -1,
                        folder.shape().vocabulary());
            return new ExportedGraph(folder, backend, session, kv, logits.element(), positions, description);
        }

        private void require(
                Map<String, TensorType> nodes, String kind, String name, ElementType element, long... shape) {
            var found = nodes.get(name);
            if (found == null)
                throw mismatch(
                        "has no " + kind + " \"" + name + "\" (it has " + GraphNodes.summary(nodes.keySet()) + ")");
            boolean fits = found.element() == element && found.shape().length == shape.length;
            for (int i = 0; fits && i < shape.length; i++)
                fits = shape[i] < 0 || found.shape()[i] < 0 || shape[i] == found.shape()[i];
            if (!fits)
                throw mismatch("has \"" + name + "\" as " + found + " where " + new TensorType(element, shape)
                        + " is expected (-1 is any)");
        }

        private EspalierException mismatch(String what) {
            return new EspalierException(
                    "The graph " + folder.path().resolve(folder.files().graph()) + " " + what
                            + "; it does not fit its folder's description: copy the folder or export the model again.");
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
