package dev.espalier.engine.onnx.cut;

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
import dev.espalier.engine.onnx.decode.DecodeLoop;
import dev.espalier.engine.onnx.decode.FusedDecodeLoop;
import dev.espalier.engine.onnx.decode.GraphNodes;
import dev.espalier.engine.onnx.decode.LoadedGraph;
import dev.espalier.engine.onnx.decode.Meter;
import dev.espalier.engine.onnx.decode.PathScorer;
import dev.espalier.engine.onnx.decode.PolicyLimits;
import dev.espalier.engine.onnx.fused.FusedGraph;
import dev.espalier.engine.onnx.kv.ContiguousKv;
import dev.espalier.engine.onnx.kv.PageLayout;
import dev.espalier.engine.onnx.kv.PrefixCache;
import dev.espalier.engine.onnx.sampling.Draws;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A policy's graph cut at its attentions, which `PagedAttention` computes between them. For B tokens, of whatever rows and positions, piece 0 takes `input_ids` [B,1],
/// every other one `attended` [B,1,heads × headDim], what attention of the layer before it found, and `residual` [B,1,W]. The last one puts out
/// `logits` [B,1,V]; the others take `position_ids` [B,1] too and put out their layer's `query_key` [B,1,(heads + kvHeads) × headDim], with rotary positions,
/// `value` [B,1,kvHeads × headDim], and `passed` [B,1,W], the next one's residual.
public final class SplitGraph implements LoadedGraph {
    /// Below, others' graphs are left whole: a run of theirs is too short.
    private static final long FEWEST_TO_CUT = 10_000_000;
    /// Weights that are held once more for other numbers of threads.
    private static final long MOST_BYTES_TWICE = 2_000_000_000;
    /// Numbers of keys: about 150 microseconds' attention. For less, waking another thread costs what it saves.
    private static final long WORTH_A_THREAD = 500_000;

    private final ModelFolder folder;
    private final DeviceBackend backend;
    private final String device;
    /// For one worker that works alone, and for several at once.
    private final List<DeviceSession> alone;
    private final List<DeviceSession> together;
    private final int heads;
    private final int width;
    private final AttentionThreads attentionThreads;
    private final int threads;
    private final int each;

    private SplitGraph(ModelFolder folder, DeviceBackend backend, int threads, int each, List<DeviceSession> alone, List<DeviceSession> together) {
        this.folder = folder;
        this.backend = backend;
        this.threads = threads;
        this.each = each;
        device = "%s, %d %s, %s".formatted(backend.device(), threads, threads == 1 ? "thread" : "threads", folder.execution().precision());
        this.alone = alone;
        this.together = together;
        int keys = folder.shape().kvHeads() * folder.shape().headDim();
        if (folder.shape().headDim() % PageLayout.BLOCK != 0) throw wrong(0, "has heads of " + folder.shape().headDim() + " numbers where a multiple of " + PageLayout.BLOCK + " is expected");
        int both = last("query_key");
        width = last("passed");
        heads = both / folder.shape().headDim() - folder.shape().kvHeads();
        if (heads < folder.shape().kvHeads() || heads % folder.shape().kvHeads() != 0 || both % folder.shape().headDim() != 0)
            throw wrong(0, "has queries and keys of %d numbers, which are no heads of %d for %d heads of keys".formatted(both, folder.shape().headDim(), folder.shape().kvHeads()));
        int end = alone.size() - 1;
        for (int i = 0; i <= end; i++) {
            var inputs = alone.get(i).inputs();
            var outputs = alone.get(i).outputs();
            if (i == 0) demand(i, inputs, "input", "input_ids", -1, 1);
            else {
                demand(i, inputs, "input", "attended", -1, 1, heads * folder.shape().headDim());
                demand(i, inputs, "input", "residual", -1, 1, width);
            }
            if (i == end) {
                demand(i, outputs, "output", "logits", -1, 1, folder.shape().vocabulary());
            } else {
                demand(i, inputs, "input", "position_ids", -1, 1);
                demand(i, outputs, "output", "query_key", -1, 1, both);
                demand(i, outputs, "output", "value", -1, 1, keys);
                demand(i, outputs, "output", "passed", -1, 1, width);
            }
        }
        attentionThreads = new AttentionThreads(folder.name(), threads);
    }

    /// @param threads in all; physical cores are best
    /// @param workers that may be at it at once
    /// @return null where the model runs in one graph
    public static @Nullable SplitGraph open(ModelFolder folder, DeviceBackend backend, int threads, int workers) {
        if (folder.kind() != ModelFolder.Kind.POLICY || !backend.cpu()) return null;
        var sources = sources(folder, backend);
        if (sources.isEmpty()) return null;
        folder.verify();
        int each = Math.max(1, threads / workers);
        boolean once = each == threads || folder.shape().parameters() * (folder.execution().precision().equals("f32") ? Float.BYTES : 1) > MOST_BYTES_TWICE;
        var opened = new ArrayList<DeviceSession>();
        try {
            var alone = sessions(folder, sources, threads, opened);
            var together = once ? alone : sessions(folder, sources, each, opened);
            return new SplitGraph(folder, backend, threads, each, alone, together);
        } catch (RuntimeException e) {
            opened.forEach(DeviceSession::close);
            throw e;
        }
    }

    private static List<Function<GraphOptions, DeviceSession>> sources(ModelFolder folder, DeviceBackend backend) {
        if (folder.execution().layout() != GraphLayout.REWRITTEN)
            return folder.files().pieces().stream().<Function<GraphOptions, DeviceSession>>map(name -> options -> backend.open(folder.path().resolve(name), options)).toList();
        if (!FusedGraph.runs(folder) || !(folder.execution().precision().equals("f32") || folder.execution().rounded() != null) || folder.shape().parameters() < FEWEST_TO_CUT) return List.of();
        var rewriting = folder.rewriting();
        return rewriting.pieces().stream().<Function<GraphOptions, DeviceSession>>map(graph -> options -> backend.open(graph, options.withWeights(rewriting.folder()))).toList();
    }

    private static List<DeviceSession> sessions(ModelFolder folder, List<Function<GraphOptions, DeviceSession>> sources, int threads, List<DeviceSession> opened) {
        var sessions = new ArrayList<DeviceSession>();
        for (int i = 0; i < sources.size(); i++) {
            try {
                sessions.add(sources.get(i).apply(GraphOptions.threads(threads)));
                opened.add(sessions.getLast());
            } catch (DeviceException e) {
                throw new EspalierException(folder.path().resolve(file(folder, i)) + " was refused by ONNX Runtime (" + e.getMessage() + "); " + e.advice("copy the model folder again") + ".", e);
            }
        }
        return List.copyOf(sessions);
    }

    private static String file(ModelFolder folder, int piece) {
        return folder.files().pieces().isEmpty() ? folder.files().graph() : folder.files().pieces().get(piece);
    }

    private int last(String output) {
        var type = alone.getFirst().outputs().get(output);
        if (type == null || type.shape().length != 3 || type.shape()[2] < 1) throw wrong(0, "has no output \"" + output + "\" of a fixed width");
        return Math.toIntExact(type.shape()[2]);
    }

    private void demand(int piece, Map<String, TensorType> nodes, String kind, String name, long... shape) {
        GraphNodes.demand(folder, file(folder, piece), nodes, kind, name, shape);
    }

    private EspalierException wrong(int piece, String what) {
        return GraphNodes.wrong(folder, file(folder, piece), what);
    }

    DeviceBackend backend() {
        return backend;
    }

    ModelFolder folder() {
        return folder;
    }

    /// Threads that a worker has.
    ///
    /// @param others whether other workers are at it too
    int threads(boolean others) {
        return others ? each : threads;
    }

    AttentionThreads attentionThreads() {
        return attentionThreads;
    }

    /// Heads of queries.
    int heads() {
        return heads;
    }

    /// Numbers of the residual stream.
    int width() {
        return width;
    }

    /// @param others whether other workers are at it too: a matter of speed, not of bits
    void run(int piece, boolean others, Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs) {
        (others ? together : alone).get(piece).run(inputs, outputs);
    }

    @Override
    public boolean apart() {
        return together != alone;
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public long tokenBytes() {
        return ContiguousKv.tokenBytes(folder, ElementType.F32);
    }

    @Override
    public DecodeLoop batch(Tokenizer tokenizer, PolicyLimits limits, PrefixCache cache, LongAdder executed, Meter meter) {
        return new FusedDecodeLoop(folder, new PagedKv(this, limits, meter::flying, WORTH_A_THREAD), Draws.of(backend, folder, tokenizer, ElementType.F32, limits.rows()), tokenizer, cache, executed, meter);
    }

    @Override
    public PathScorer scorer(PrefixCache cache, LongAdder executed) {
        throw new IllegalStateException("reward models are not cut into pieces");
    }

    @Override
    public void close() {
        attentionThreads.close();
        alone.forEach(DeviceSession::close);
        if (together != alone) together.forEach(DeviceSession::close);
    }
}
