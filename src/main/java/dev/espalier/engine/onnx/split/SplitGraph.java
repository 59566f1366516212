package dev.espalier.engine.onnx.split;

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

/// A policy's graph, split at its attentions; `PagedAttention` computes these. The batch has B tokens of any rows and
/// positions. The first piece takes `input_ids` [B,1]. Every other piece takes `attended` [B,1,heads × headDim], the
/// output of the previous layer's attention, and `residual` [B,1,W]. The last piece returns `logits` [B,1,V]. The other
/// pieces also take `position_ids` [B,1], and return their layer's `query_key` [B,1,(heads + kvHeads) × headDim] with
/// rotary positions, `value` [B,1,kvHeads × headDim], and `passed` [B,1,W], the residual of the next piece.
/// Thread-safe.
public final class SplitGraph implements LoadedGraph {
    /// Rewritten graphs with fewer parameters are not split, since their runs are too short.
    private static final long MIN_PARAMETERS_TO_SPLIT = 10_000_000;
    /// Weights up to this size in bytes are loaded twice, for two numbers of threads.
    private static final long MAX_BYTES_TWICE = 2_000_000_000;
    /// Elements of keys per thread: about 150 microseconds of attention. With less, waking another thread costs as
    /// much as it saves.
    private static final long MIN_WORK_PER_THREAD = 500_000;

    private final ModelFolder folder;
    private final DeviceBackend backend;
    private final String device;
    /// Sessions with all threads, for one active worker; one per piece.
    private final List<DeviceSession> soloSessions;
    /// Sessions with a share of the threads, for several active workers; one per piece.
    private final List<DeviceSession> sharedSessions;
    private final int heads;
    private final int width;
    private final AttentionThreads attentionThreads;
    private final int threads;
    private final int threadsPerWorker;

    private SplitGraph(
            ModelFolder folder,
            DeviceBackend backend,
            int threads,
            int threadsPerWorker,
            List<DeviceSession> soloSessions,
            List<DeviceSession> sharedSessions) {
        this.folder = folder;
        this.backend = backend;
        this.threads = threads;
        this.threadsPerWorker = threadsPerWorker;
        device = "%s, %d %s, %s"
                .formatted(
                        backend.device(),
                        threads,
                        threads == 1 ? "thread" : "threads",
                        folder.execution().precision());
        this.soloSessions = soloSessions;
        this.sharedSessions = sharedSessions;
        int keys = folder.shape().kvHeads() * folder.shape().headDim();
        if (folder.shape().headDim() % PageLayout.BLOCK != 0)
            throw mismatch(
                    0,
                    "has a head dimension of " + folder.shape().headDim() + " where a multiple of " + PageLayout.BLOCK
                            + " is expected");
        int both = fixedWidth("query_key");
        width = fixedWidth("passed");
        heads = both / folder.shape().headDim() - folder.shape().kvHeads();
        if (heads < folder.shape().kvHeads()
                || heads % folder.shape().kvHeads() != 0
                || both % folder.shape().headDim() != 0)
            throw mismatch(
                    0,
                    "has queries and keys with %d elements, which do not fit a head dimension of %d and %d key heads"
                            .formatted(
                                    both,
                                    folder.shape().headDim(),
                                    folder.shape().kvHeads()));
        int end = soloSessions.size() - 1;
        for (int i = 0; i <= end; i++) {
            var inputs = soloSessions.get(i).inputs();
            var outputs = soloSessions.get(i).outputs();
            if (i == 0) require(i, inputs, "input", "input_ids", -1, 1);
            else {
                require(
                        i,
                        inputs,
                        "input",
                        "attended",
                        -1,
                        1,
                        heads * folder.shape().headDim());
                require(i, inputs, "input", "residual", -1, 1, width);
            }
            if (i == end) {
                require(i, outputs, "output", "logits", -1, 1, folder.shape().vocabulary());
            } else {
                require(i, inputs, "input", "position_ids", -1, 1);
                require(i, outputs, "output", "query_key", -1, 1, both);
                require(i, outputs, "output", "value", -1, 1, keys);
                require(i, outputs, "output", "passed", -1, 1, width);
            }
        }
        attentionThreads = new AttentionThreads(folder.name(), threads);
    }

    /// Opens the pieces.
    ///
    /// @param threads total number; the number of physical cores is best
    /// @param workers threads that may run pieces at the same time
    /// @return null if the model runs as one graph
    public static @Nullable SplitGraph open(ModelFolder folder, DeviceBackend backend, int threads, int workers) {
        if (folder.kind() != ModelFolder.Kind.POLICY || !backend.cpu()) return null;
        var sources = sources(folder, backend);
        if (sources.isEmpty()) return null;
        folder.verify();
        int threadsPerWorker = Math.max(1, threads / workers);
        boolean single = threadsPerWorker == threads
                || folder.shape().parameters() * (folder.execution().precision().equals("f32") ? Float.BYTES : 1)
                        > MAX_BYTES_TWICE;
        var opened = new ArrayList<DeviceSession>();
        try {
            var soloSessions = sessions(folder, sources, threads, opened);
            var sharedSessions = single ? soloSessions : sessions(folder, sources, threadsPerWorker, opened);
            return new SplitGraph(folder, backend, threads, threadsPerWorker, soloSessions, sharedSessions);
        } catch (RuntimeException e) {
            opened.forEach(DeviceSession::close);
            throw e;
        }
    }

    private static List<Function<GraphOptions, DeviceSession>> sources(ModelFolder folder, DeviceBackend backend) {
        if (folder.execution().layout() != GraphLayout.REWRITTEN)
            return folder.files().pieces().stream()
                    .<Function<GraphOptions, DeviceSession>>map(
                            name -> options -> backend.open(folder.path().resolve(name), options))
                    .toList();
        if (!FusedGraph.runs(folder)
                || !(folder.execution().precision().equals("f32")
                        || folder.execution().rounded() != null)
                || folder.shape().parameters() < MIN_PARAMETERS_TO_SPLIT) return List.of();
        var rewriting = folder.rewriting();
        return rewriting.pieces().stream()
                .<Function<GraphOptions, DeviceSession>>map(
                        graph -> options -> backend.open(graph, options.withWeights(rewriting.folder())))
                .toList();
    }

    private static List<DeviceSession> sessions(
            ModelFolder folder,
            List<Function<GraphOptions, DeviceSession>> sources,
            int threads,
            List<DeviceSession> opened) {
        var sessions = new ArrayList<DeviceSession>();
        for (int i = 0; i < sources.size(); i++) {
            try {
                sessions.add(sources.get(i).apply(GraphOptions.threads(threads)));
                opened.add(sessions.getLast());
            } catch (DeviceException e) {
                throw new EspalierException(
                        folder.path().resolve(file(folder, i)) + " was refused by ONNX Runtime (" + e.getMessage()
                                + "); " + e.advice("copy the model folder again") + ".",
                        e);
            }
        }
        return List.copyOf(sessions);
    }

    private static String file(ModelFolder folder, int piece) {
        return folder.files().pieces().isEmpty()
                ? folder.files().graph()
                : folder.files().pieces().get(piece);
    }

    private int fixedWidth(String output) {
        var type = soloSessions.getFirst().outputs().get(output);
        if (type == null || type.shape().length != 3 || type.shape()[2] < 1)
            throw mismatch(0, "has no output \"" + output + "\" of a fixed width");
        return Math.toIntExact(type.shape()[2]);
    }

    private void require(int piece, Map<String, TensorType> nodes, String kind, String name, long... shape) {
        GraphNodes.require(folder, file(folder, piece), nodes, kind, name, shape);
    }

    private EspalierException mismatch(int piece, String what) {
        return GraphNodes.mismatch(folder, file(folder, piece), what);
    }

    DeviceBackend backend() {
        return backend;
    }

    ModelFolder folder() {
        return folder;
    }

    /// Threads of one worker.
    ///
    /// @param others true if other workers are active
    int threads(boolean others) {
        return others ? threadsPerWorker : threads;
    }

    AttentionThreads attentionThreads() {
        return attentionThreads;
    }

    /// The number of query heads.
    int heads() {
        return heads;
    }

    /// Width of the residual stream.
    int width() {
        return width;
    }

    /// @param others true if other workers are active; affects speed only, not results
    void run(int piece, boolean others, Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs) {
        (others ? sharedSessions : soloSessions).get(piece).run(inputs, outputs);
    }

    @Override
    public boolean dividesThreads() {
        return sharedSessions != soloSessions;
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
    public DecodeLoop decodeLoop(
            Tokenizer tokenizer, PolicyLimits limits, PrefixCache cache, LongAdder executed, Meter meter) {
        return new FusedDecodeLoop(
                folder,
                new PagedKv(this, limits, meter::rowsInFlight, MIN_WORK_PER_THREAD),
                Draws.of(backend, folder, tokenizer, ElementType.F32, limits.rows()),
                tokenizer,
                cache,
                executed,
                meter);
    }

    @Override
    public PathScorer scorer(PrefixCache cache, LongAdder executed) {
        throw new IllegalStateException("reward models are not split into pieces");
    }

    @Override
    public void close() {
        attentionThreads.close();
        soloSessions.forEach(DeviceSession::close);
        if (sharedSessions != soloSessions) sharedSessions.forEach(DeviceSession::close);
    }
}
