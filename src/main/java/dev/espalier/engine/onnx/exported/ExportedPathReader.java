package dev.espalier.engine.onnx.exported;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.ReadOut;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.Floats;
import dev.espalier.engine.graph.GraphLayout;
import dev.espalier.engine.onnx.decode.PathScorer;
import dev.espalier.engine.onnx.kv.PrefixCache;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Scores paths with a reward model of another exporter, with batch size 1. With KV it reads segment by segment after
/// the cached ones, as `FusedPathReader` does; without KV it reads the whole path in one run. Not thread-safe.
final class ExportedPathReader implements PathScorer {
    private static final Object ROW = new Object();

    private final ModelFolder model;
    private final ExportedGraph graph;
    private final DeviceBackend backend;
    private final ReadOut readOut;
    private final LongAdder executed;
    private final PrefixCache cache;

    ExportedPathReader(ExportedGraph graph, PrefixCache cache, LongAdder executed) {
        this.graph = graph;
        this.executed = executed;
        model = graph.folder();
        backend = graph.backend();
        readOut = Objects.requireNonNull(model.prm()).readOut();
        this.cache = cache;
    }

    @Override
    public List<Double> read(int[] path, int[] ends) {
        if (model.execution().layout() == GraphLayout.WHOLE) {
            var read = Arrays.copyOfRange(ends, 1, ends.length);
            return run(new HashMap<>(), new HashMap<>(), path, 0, read);
        }
        var found = new ArrayList<Double>();
        PrefixCache.@Nullable Segment at = cache.root();
        var chain = new ArrayList<PrefixCache.Segment>();
        for (var next = cache.find(at, path, 0, ends[0]);
                next != null;
                next = chain.size() < ends.length ? cache.find(at, path, at.end(), ends[chain.size()]) : null) {
            chain.add(next);
            found.add((double) next.extra()[0]);
            at = next;
        }
        var lane = lane(at.end());
        var loaded = lane;
        try {
            if (chain.size() < ends.length)
                for (var segment : chain)
                    cache.read(segment, data -> loaded.copyIn(data, 0, segment.start(), segment.end()));
            for (int segmentIndex = chain.size(), from = lane.length;
                    segmentIndex < ends.length;
                    from = ends[segmentIndex++]) {
                var next = lane(ends[segmentIndex]);
                double score;
                try {
                    score = run(lane, next, path, from, ends[segmentIndex]);
                } catch (RuntimeException e) {
                    next.close();
                    throw e;
                }
                lane.close();
                lane = next;
                found.add(score);
                at = at == null
                        ? null
                        : cache.keep(at, path, from, ends[segmentIndex], new float[] {(float) score}, lane, 0);
            }
        } finally {
            lane.close();
        }
        return List.copyOf(found.subList(1, found.size()));
    }

    private KvLane<Object> lane(int length) {
        var lane = new KvLane<>(graph, length);
        lane.add(ROW);
        return lane;
    }

    /// Reads one segment after a past into a new present. The score is rounded to a float, as cached scores are.
    private double run(KvLane<Object> past, KvLane<Object> present, int[] path, int from, int to) {
        Map<String, DeviceTensor> inputs = new HashMap<>();
        Map<String, DeviceTensor> outputs = new HashMap<>();
        if (graph.sharesKv()) {
            present.copyRow(past, 0, 0, from);
            present.bindPast(1, inputs);
        } else {
            past.bindPast(1, inputs);
        }
        present.bindPresent(1, outputs);
        return (float) (double) run(inputs, outputs, Arrays.copyOf(path, to), from, new int[] {to})
                .getFirst();
    }

    /// @param from index of the first new token
    /// @param ends exclusive ends; the score of each is read at the token before it
    private List<Double> run(
            Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs, int[] path, int from, int[] ends) {
        int count = path.length - from;
        try (var ids = backend.allocateOnHost((long) count * Long.BYTES);
                var mask = backend.allocateOnHost((long) path.length * Long.BYTES);
                var positions = backend.allocateOnHost((long) count * Long.BYTES)) {
            for (int i = 0; i < count; i++) {
                ids.segment().setAtIndex(ValueLayout.JAVA_LONG, i, path[from + i]);
                positions.segment().setAtIndex(ValueLayout.JAVA_LONG, i, from + i);
            }
            for (int i = 0; i < path.length; i++) mask.segment().setAtIndex(ValueLayout.JAVA_LONG, i, 1);
            inputs.put(model.execution().names().ids(), backend.tensor(ids, 0, ElementType.I64, 1, count));
            inputs.put(model.execution().names().mask(), backend.tensor(mask, 0, ElementType.I64, 1, path.length));
            if (graph.positions())
                inputs.put(
                        model.execution().names().positions(), backend.tensor(positions, 0, ElementType.I64, 1, count));
            var name = model.execution().names().logits();
            try (var result = graph.session().run(inputs, outputs, Set.of(name)).get(name)) {
                executed.add(count);
                return Arrays.stream(ends)
                        .mapToObj(end -> probability(result, count, end - 1 - from))
                        .toList();
            }
        } finally {
            inputs.values().forEach(DeviceTensor::close);
            outputs.values().forEach(DeviceTensor::close);
        }
    }

    /// @param result `[1, tokens, outputs]`, `[1, tokens]`, or one number for the whole path
    private double probability(DeviceTensor result, int count, int position) {
        var shape = result.type().shape();
        boolean perToken = shape.length > 1 && shape[1] == count && !(shape.length == 2 && count == 1);
        long width = shape.length == 3 ? shape[2] : 1;
        long at = perToken ? position * width : 0;
        var numbers = result.read();
        return readOut.probability(output -> Floats.get(numbers, result.type().element(), at + output));
    }

    @Override
    public void close() {
        cache.close();
    }
}
