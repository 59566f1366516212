package dev.espalier.engine.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.espalier.EspalierException;
import dev.espalier.engine.Device;
import dev.espalier.engine.ModelFolder;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/// A folder's fused graph in ONNX Runtime. Inputs: `input_ids` [B,S] and `attention_mask` [B,T] (1 = a real token), int64;
/// `past_key_values.{i}.key|value` float [B,heads,P,headDim]. Outputs: `logits` [B,S,V] or `scores` [B,S], and `present.{i}.key|value`.
/// Past and present may be the same memory, then P is its length and T at most P.
final class Graph implements AutoCloseable {
    private final OrtSession session;
    private final String device;

    private Graph(OrtSession session, String device) {
        this.session = session;
        this.device = device;
    }

    /// @param threads for one operator; physical cores are best
    static Graph open(ModelFolder folder, Device device, int threads, String output) {
        folder.verify();
        var file = folder.path().resolve(folder.graph());
        try (var options = options(threads)) {
            String where = "CPU, " + threads + (threads == 1 ? " thread, f32" : " threads, f32");
            if (device == Device.CUDA) where = cuda(options);
            var session = environment().createSession(file.toString(), options);
            var graph = new Graph(session, where);
            try {
                graph.check(folder, output);
            } catch (OrtException | RuntimeException e) {
                session.close();
                throw e;
            }
            return graph;
        } catch (OrtException e) {
            throw new EspalierException(file + " was refused by ONNX Runtime (" + e.getMessage() + "); copy the model folder again.", e);
        }
    }

    static SessionOptions options(int threads) throws OrtException {
        var options = new SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        // Idle threads must not spin: policy, reward model and window share the cores (measured 2.9-3.3 times on a shared machine).
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        // Shapes change with every token: plans made for one shape are never used again.
        options.setMemoryPatternOptimization(false);
        return options;
    }

    static OrtEnvironment environment() {
        return Environment.shared();
    }

    private static String cuda(SessionOptions options) throws OrtException {
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA))
            throw new EspalierException("This build of ONNX Runtime has no CUDA; choose the CPU, or build Espalier with -Pgpu on Linux or Windows on x86-64.");
        try {
            options.addCUDA(0);
            return "CUDA device 0, f32";
        } catch (OrtException e) {
            throw new EspalierException("CUDA did not start (" + e.getMessage() + "); choose the CPU, or install the NVIDIA driver, CUDA 12 and cuDNN 9.", e);
        }
    }

    String device() {
        return device;
    }

    /// Runs with outputs into memory of ours.
    void run(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) throws OrtException {
        session.run(inputs, Set.of(), outputs).close();
    }

    static OnnxTensor floats(MemorySegment memory, long... shape) throws OrtException {
        return OnnxTensor.createTensor(environment(), memory.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer(), shape);
    }

    static OnnxTensor longs(MemorySegment memory, long... shape) throws OrtException {
        return OnnxTensor.createTensor(environment(), memory.asByteBuffer().order(ByteOrder.nativeOrder()).asLongBuffer(), shape);
    }

    /// The output that goes on with a recurrent input.
    static String presentOf(String past) {
        return "present_" + past.substring("past_".length());
    }

    /// A state's shape for one row.
    static long[] rowShape(List<Integer> behindTheRows) {
        return LongStream.concat(LongStream.of(1), behindTheRows.stream().mapToLong(i -> i)).toArray();
    }

    private void check(ModelFolder folder, String output) throws OrtException {
        var inputs = session.getInputInfo();
        var outputs = session.getOutputInfo();
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
        int expected = 2 + 2 * folder.layers() + folder.state().size();
        if (inputs.size() != expected)
            throw wrong(folder, "has " + inputs.size() + " inputs (" + String.join(", ", inputs.keySet()) + ") where " + expected + " are expected");
        if (output.equals("logits")) demand(folder, outputs, "output", output, -1, -1, folder.vocabulary());
        else demand(folder, outputs, "output", output, -1, -1);
    }

    private static void demand(ModelFolder folder, Map<String, NodeInfo> nodes, String kind, String name, long... shape) {
        var node = nodes.get(name);
        if (node == null) throw wrong(folder, "has no " + kind + " \"" + name + "\" (it has " + String.join(", ", nodes.keySet()) + ")");
        if (!(node.getInfo() instanceof TensorInfo info)) throw wrong(folder, "has a \"" + name + "\" that is no tensor");
        long[] found = info.getShape();
        boolean fits = found.length == shape.length;
        for (int i = 0; fits && i < shape.length; i++) fits = shape[i] < 0 || found[i] < 0 || shape[i] == found[i];
        if (!fits) throw wrong(folder, "has \"" + name + "\" of shape " + java.util.Arrays.toString(found) + " where " + java.util.Arrays.toString(shape) + " is expected (-1 is any)");
    }

    private static EspalierException wrong(ModelFolder folder, String what) {
        return new EspalierException("The graph " + folder.path().resolve(folder.graph()) + " " + what + "; it does not fit its " + ModelFolder.FILE + ": copy the model folder again.");
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new EspalierException("ONNX Runtime could not close a model (" + e.getMessage() + "); restart Espalier.", e);
        }
    }
}
