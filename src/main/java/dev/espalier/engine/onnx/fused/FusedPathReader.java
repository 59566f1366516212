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

/// Scores paths with a reward model segment by segment, with batch size 1: the prompt in one run, then each step in one
/// run. Segments are cached, so a path that grows costs its new step only. Evicted segments are read again as the same
/// segments, so scores are bit-identical whatever is cached (decision 0010). Not thread-safe.
final class FusedPathReader implements PathScorer {
    private final FusedGraph graph;
    private final DeviceBackend backend;
    private final LongAdder executed;
    private final ContiguousKv kv;
    private final PrefixCache cache;
    private final DeviceMemory ids;
    private final DeviceMemory mask;
    private final DeviceMemory scores;
    // The graph's recurrent states, by input name.
    private final Map<String, State> states = new LinkedHashMap<>();
    private int stateFloats;
    /// The segments whose KV is in the row now, from position 0 on.
    private final List<PrefixCache.Segment> loaded = new ArrayList<>();

    /// @param at index of its first float in a segment's extra data
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
            states.put(
                    state.getKey(),
                    new State(
                            backend.allocateOnHost((long) size * Float.BYTES),
                            backend.allocateOnHost((long) size * Float.BYTES),
                            FusedGraph.presentOf(state.getKey()),
                            shape,
                            1 + stateFloats,
                            size));
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
        var extra =
                chain.isEmpty() ? new float[1 + stateFloats] : chain.getLast().extra();
        for (int segmentIndex = chain.size(), from = at.end();
                segmentIndex < ends.length;
                from = ends[segmentIndex++]) {
            extra = run(path, from, ends[segmentIndex], extra);
            found.add((double) extra[0]);
            at = at == null ? null : cache.keep(at, path, from, ends[segmentIndex], extra, kv, 0);
            if (at != null) loaded.add(at);
        }
        return List.copyOf(found.subList(1, found.size()));
    }

    /// Loads a chain's KV into the row. The chain is truncated at the first evicted segment.
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

    /// @param before score and recurrent states before the segment
    /// @return score and recurrent states after it
    private float[] run(int[] path, int from, int to, float[] before) {
        int count = to - from;
        for (int i = 0; i < count; i++) ids.segment().setAtIndex(ValueLayout.JAVA_LONG, i, path[from + i]);
        Map<String, DeviceTensor> inputs = new HashMap<>();
        Map<String, DeviceTensor> outputs = new HashMap<>();
        kv.bind(1, inputs, outputs);
        var owned = new ArrayList<DeviceTensor>();
        try {
            owned.add(backend.tensor(ids, 0, ElementType.I64, 1, count));
            inputs.put("input_ids", owned.getLast());
            owned.add(backend.tensor(mask, 0, ElementType.I64, 1, to));
            inputs.put("attention_mask", owned.getLast());
            owned.add(backend.tensor(scores, 0, ElementType.F32, 1, count));
            outputs.put("scores", owned.getLast());
            for (var entry : states.entrySet()) {
                var state = entry.getValue();
                MemorySegment.copy(before, state.at, state.past.segment(), ValueLayout.JAVA_FLOAT, 0, state.size);
                owned.add(backend.tensor(state.past, 0, ElementType.F32, state.shape));
                inputs.put(entry.getKey(), owned.getLast());
                owned.add(backend.tensor(state.present, 0, ElementType.F32, state.shape));
                outputs.put(state.output, owned.getLast());
            }
            graph.run(inputs, outputs);
        } finally {
            for (var tensor : owned) tensor.close();
        }
        executed.add(count);
        var after = new float[1 + stateFloats];
        after[0] = scores.segment().getAtIndex(ValueLayout.JAVA_FLOAT, count - 1);
        for (var state : states.values())
            MemorySegment.copy(state.present.segment(), ValueLayout.JAVA_FLOAT, 0, after, state.at, state.size);
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
