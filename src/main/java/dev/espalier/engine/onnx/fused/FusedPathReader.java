package dev.espalier.engine.onnx.fused;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.onnx.decode.PathScorer;
import dev.espalier.engine.onnx.kv.ContiguousKv;
import dev.espalier.engine.onnx.kv.PrefixCache;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Reads paths into a reward model piece by piece: the prompt at once, then each step at once behind what was read, always one path
/// alone. What was read is kept, so a path that grows costs its new step only; what was dropped is read again in the same pieces,
/// so scores are the same bits whatever was kept (decision 0010). Used by one thread.
final class FusedPathReader implements PathScorer {
    private final FusedGraph graph;
    private final DeviceBackend backend;
    private final LongAdder executed;
    private final ContiguousKv kv;
    private final PrefixCache cache;
    private final DeviceMemory ids;
    private final DeviceMemory mask;
    private final DeviceMemory scores;
    // The graph's further recurrent values, by input name.
    private final Map<String, State> states = new LinkedHashMap<>();
    private int stateFloats;
    /// The segments whose KV lies in the row now, from position 0 on.
    private final List<PrefixCache.Segment> loaded = new ArrayList<>();

    /// @param at where its floats stand among a segment's extras
    private record State(DeviceMemory past, DeviceMemory present, String output, long[] shape, int at, int size) {}

    FusedPathReader(ModelFolder model, FusedGraph graph, PrefixCache cache, LongAdder executed) {
        this.graph = graph;
        backend = graph.backend();
        this.executed = executed;
        kv = new ContiguousKv(backend, model, graph.kv(), 1);
        this.cache = cache;
        ids = backend.allocateOnHost((long) model.shape().context() * Long.BYTES);
        mask = backend.allocateOnHost((long) model.shape().context() * Long.BYTES);
        scores = backend.allocateOnHost((long) model.shape().context() * Float.BYTES);
        for (int i = 0; i < model.shape().context(); i++) mask.segment().setAtIndex(ValueLayout.JAVA_LONG, i, 1);
        for (var state : model.shape().state().entrySet()) {
            var shape = FusedGraph.rowShape(state.getValue());
            int size = state.getValue().stream().reduce(1, Math::multiplyExact);
            states.put(state.getKey(), new State(backend.allocateOnHost((long) size * Float.BYTES), backend.allocateOnHost((long) size * Float.BYTES),
                FusedGraph.presentOf(state.getKey()), shape, 1 + stateFloats, size));
            stateFloats += size;
        }
    }

    @Override
    public List<Double> read(int[] path, int[] ends) {
        var chain = new ArrayList<PrefixCache.Segment>();
        PrefixCache.@Nullable Segment at = cache.root();
        while (chain.size() < ends.length) {
            var next = cache.find(at, path, at.end(), ends[chain.size()]);
            if (next == null) break;
            chain.add(next);
            at = next;
        }
        if (chain.size() < ends.length) {
            kv.reserve(1, path.length, 1);
            load(chain);
            at = chain.isEmpty() ? cache.root() : chain.getLast();
        }
        var found = new ArrayList<Double>();
        for (var segment : chain) found.add((double) segment.extra()[0]);
        var extra = chain.isEmpty() ? new float[1 + stateFloats] : chain.getLast().extra();
        for (int piece = chain.size(), from = at.end(); piece < ends.length; from = ends[piece++]) {
            extra = run(path, from, ends[piece], extra);
            found.add((double) extra[0]);
            at = at == null ? null : cache.keep(at, path, from, ends[piece], extra, kv, 0);
            if (at != null) loaded.add(at);
        }
        return List.copyOf(found.subList(1, found.size()));
    }

    /// Puts a chain's KV into the row, as far as it is still kept: the chain ends there then.
    private void load(List<PrefixCache.Segment> chain) {
        int common = 0;
        while (common < Math.min(loaded.size(), chain.size()) && loaded.get(common) == chain.get(common)) common++;
        loaded.subList(common, loaded.size()).clear();
        for (var segment : List.copyOf(chain.subList(common, chain.size()))) {
            if (!cache.read(segment, data -> kv.copyIn(data, 0, segment.start(), segment.end()))) break;
            loaded.add(segment);
        }
        chain.subList(loaded.size(), chain.size()).clear();
    }

    /// @param before the score and the recurrent values before the piece
    /// @return those behind it
    private float[] run(int[] path, int from, int to, float[] before) {
        int count = to - from;
        for (int i = 0; i < count; i++) ids.segment().setAtIndex(ValueLayout.JAVA_LONG, i, path[from + i]);
        Map<String, DeviceTensor> inputs = new HashMap<>();
        Map<String, DeviceTensor> outputs = new HashMap<>();
        kv.bind(1, inputs, outputs);
        var own = new ArrayList<DeviceTensor>();
        try {
            own.add(backend.tensor(ids, 0, ElementType.I64, 1, count));
            inputs.put("input_ids", own.getLast());
            own.add(backend.tensor(mask, 0, ElementType.I64, 1, to));
            inputs.put("attention_mask", own.getLast());
            own.add(backend.tensor(scores, 0, ElementType.F32, 1, count));
            outputs.put("scores", own.getLast());
            for (var entry : states.entrySet()) {
                var state = entry.getValue();
                MemorySegment.copy(before, state.at, state.past.segment(), ValueLayout.JAVA_FLOAT, 0, state.size);
                own.add(backend.tensor(state.past, 0, ElementType.F32, state.shape));
                inputs.put(entry.getKey(), own.getLast());
                own.add(backend.tensor(state.present, 0, ElementType.F32, state.shape));
                outputs.put(state.output, own.getLast());
            }
            graph.run(inputs, outputs);
        } finally {
            for (var tensor : own) tensor.close();
        }
        executed.add(count);
        var after = new float[1 + stateFloats];
        after[0] = scores.segment().getAtIndex(ValueLayout.JAVA_FLOAT, count - 1);
        for (var state : states.values()) MemorySegment.copy(state.present.segment(), ValueLayout.JAVA_FLOAT, 0, after, state.at, state.size);
        return after;
    }

    @Override
    public void close() {
        kv.close();
        for (var memory : List.of(ids, mask, scores)) memory.close();
        for (var state : states.values()) {
            state.past.close();
            state.present.close();
        }
    }
}
