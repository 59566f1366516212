package dev.espalier.engine.onnx.exported;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.onnx.decode.DecodeLoop;
import dev.espalier.engine.onnx.decode.Meter;
import dev.espalier.engine.onnx.decode.PolicyLimits;
import dev.espalier.engine.onnx.decode.Row;
import dev.espalier.engine.onnx.kv.PrefixCache;
import dev.espalier.engine.onnx.sampling.Draws;
import dev.espalier.engine.onnx.sampling.Sampler;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/// The rows in flight of a graph that others exported. Prompts are read at once and alone, every later token at its own turn, as in `FusedDecodeLoop`
/// and for the same reason (decision 0010).
///
/// Rows run together in lanes. Graphs with past and present in one memory have one lane, as long as the longest row asks. Graphs that put the new
/// positions behind the past get pasts whose length depends on the row's own length alone: its next step of 64, 96, 128, 192, … positions, what it
/// does not fill being masked. So a row's numbers do not depend on which others run, and rows of about the same length share a run. A graph that
/// counts its past instead of being told positions takes no masked ones: there, rows of exactly the same length run together (decision 0065).
public final class ExportedDecodeLoop implements DecodeLoop {
    private static final float[] NOTHING = {};
    private static final int SHORTEST = 64;

    private final ModelFolder model;
    private final ExportedGraph graph;
    private final DeviceBackend backend;
    private final Tokenizer tokenizer;
    private final int mostRows;
    private final long rowBytes;
    private final LongAdder executed;
    private final Meter meter;
    private final boolean[] ends;
    private final List<Row> rows = new ArrayList<>();
    private final TreeMap<Integer, KvLane<Row>> lanes = new TreeMap<>();
    private final IdentityHashMap<Row, KvLane<Row>> places = new IdentityHashMap<>();
    private final PrefixCache cache;
    private final Draws draws;
    /// What runs write the present into, kept from turn to turn: new memory would cost a page fault for every few numbers.
    private DeviceMemory[] present = {};
    private long sampleNanos;

    ExportedDecodeLoop(ExportedGraph graph, Tokenizer tokenizer, PolicyLimits limits, PrefixCache cache, LongAdder executed, Meter meter) {
        this.graph = graph;
        this.tokenizer = tokenizer;
        this.executed = executed;
        this.meter = meter;
        this.cache = cache;
        model = graph.folder();
        mostRows = model.execution().batchDependent() ? 1 : limits.rows();
        rowBytes = limits.rowBytes();
        backend = graph.backend();
        ends = new boolean[Math.max(model.shape().vocabulary(), tokenizer.size())];
        for (int id : model.prompting().endIds()) ends[id] = true;
        // Ids behind the tokenizer's fill the graph up to a round number; nothing is drawn from them.
        draws = Draws.of(backend, model.shape().vocabulary(), Math.min(model.shape().vocabulary(), tokenizer.size()), graph.logits(), filled(mostRows));
    }

    @Override
    public PrefixCache.Segment root() {
        return cache.root();
    }

    @Override
    public List<Row> rows() {
        return rows;
    }

    @Override
    public boolean full() {
        return rows.size() == mostRows;
    }

    /// Lanes grow by half, and where past and present are apart a turn has both.
    @Override
    public boolean fits(Row row) {
        if (rows.isEmpty()) return true;
        int longest = most(row);
        long positions = step(longest);
        for (var other : rows) {
            longest = Math.max(longest, most(other));
            positions += step(most(other));
        }
        long halves = graph.shared() ? 3L * (rows.size() + 1) * step(longest) : 5 * positions;
        return halves * graph.tokenBytes() / 2 <= rowBytes;
    }

    /// Positions that a row may come to need.
    private int most(Row row) {
        return Math.min(model.shape().context(), row.given + row.call.maxNewTokens());
    }

    @Override
    public void join(Row row) {
        var kept = new ArrayList<PrefixCache.Segment>();
        for (var next = cache.find(row.segment, row.tokens, 0, row.bounds[0]); next != null;
             next = row.covered < row.bounds.length ? cache.find(row.segment, row.tokens, row.segment.end(), row.bounds[row.covered]) : null) {
            kept.add(next);
            row.segment = next;
            row.fed = next.end();
            row.covered++;
        }
        if (kept.isEmpty()) {
            long start = System.nanoTime();
            prefill(row);
            meter.prefilled(System.nanoTime() - start);
        } else {
            var lane = lane(row);
            int index = lane.add(row);
            for (var segment : kept) cache.read(segment, data -> lane.copyIn(data, index, segment.start(), segment.end()));
            places.put(row, lane);
        }
        rows.add(row);
        if (row.covered == 0) keep(row);
    }

    private void prefill(Row row) {
        int count = row.bounds[0];
        row.fed = count;
        var lane = lane(row);
        var memory = lane.allocate(1, count);
        try {
            if (count > 0) {
                Map<String, DeviceTensor> inputs = new HashMap<>();
                Map<String, DeviceTensor> outputs = new HashMap<>();
                lane.bind(memory, 1, graph.shared() ? count : 0, false, inputs);
                lane.bind(memory, 1, count, true, outputs);
                run(inputs, outputs, Arrays.copyOf(row.tokens, count), List.of(), count);
                row.call.executed().add(count);
            }
            int index = lane.add(row);
            lane.copyIn(memory, count, 0, 0, index, 0, count);
            places.put(row, lane);
        } finally {
            KvLane.free(memory);
        }
    }

    /// The lane where a row's next token is fed.
    private KvLane<Row> lane(Row row) {
        int length;
        if (graph.shared()) length = step(Math.max(row.fed + 1, lanes.isEmpty() ? 0 : rows.stream().mapToInt(r -> r.fed + 1).max().orElse(0)));
        else length = graph.positions() ? step(row.fed + 1) : row.fed;
        if (graph.shared() && !lanes.isEmpty()) length = Math.max(length, lanes.lastKey());
        return lanes.computeIfAbsent(length, positions -> new KvLane<>(graph, positions));
    }

    /// The next length of the form 64·2^k or 96·2^k.
    public static int step(int positions) {
        for (int length = SHORTEST; ; length *= 2) {
            if (positions <= length) return length;
            if (positions <= length + length / 2) return length + length / 2;
        }
    }

    private KvLane<Row> place(Row row) {
        return Objects.requireNonNull(places.get(row));
    }

    /// Keeps the KV up to the next bound, when the row has reached it.
    private void keep(Row row) {
        if (row.covered >= row.bounds.length || row.fed != row.bounds[row.covered]) return;
        var lane = place(row);
        int from = row.covered == 0 ? 0 : row.bounds[row.covered - 1];
        var kept = row.segment.end() == from ? cache.keep(row.segment, row.tokens, from, row.fed, NOTHING, lane, lane.rows.indexOf(row)) : null;
        if (kept != null) row.segment = kept;
        row.covered++;
    }

    @Override
    public void turn() {
        var coming = new IdentityHashMap<KvLane<Row>, Integer>();
        for (var row : rows) if (lane(row) != places.get(row)) coming.merge(lane(row), 1, Integer::sum);
        coming.forEach((lane, count) -> lane.reserve(lane.rows.size() + count));
        for (var row : rows) {
            var now = place(row);
            var next = lane(row);
            if (now == next) continue;
            next.copyRow(now, now.rows.indexOf(row), next.add(row), row.fed);
            now.remove(row);
            places.put(row, next);
        }
        closeEmpty();
        sampleNanos = 0;
        int count = rows.size();
        long start = System.nanoTime();
        // The longest first: a row that leaves a full lane goes to one that has had its turn.
        for (var lane : List.copyOf(lanes.descendingMap().values())) turn(lane);
        meter.turned(System.nanoTime() - start - sampleNanos, sampleNanos, count);
        closeEmpty();
    }

    private void closeEmpty() {
        lanes.values().removeIf(lane -> {
            if (lane.rows.isEmpty()) lane.close();
            return lane.rows.isEmpty();
        });
    }

    /// So many rows, and those that are fed to nobody's use.
    private int filled(int count) {
        return Math.ceilDiv(count, model.execution().rowMultiple()) * model.execution().rowMultiple();
    }

    private void turn(KvLane<Row> lane) {
        var batch = List.copyOf(lane.rows);
        int count = batch.size();
        // Where a single row would go through another kernel, the first one's token is fed a second time, to nobody's use.
        int fed = filled(count);
        Map<String, DeviceTensor> inputs = new HashMap<>();
        Map<String, DeviceTensor> outputs = new HashMap<>();
        lane.bindPast(fed, inputs);
        outputs.put(model.execution().names().logits(), backend.tensor(draws.logits(), 0, graph.logits(), fed, 1, model.shape().vocabulary()));
        var tokens = java.util.stream.IntStream.range(0, fed).map(i -> batch.get(i % count).tokens[batch.get(i % count).fed]).toArray();
        if (graph.shared()) {
            lane.bindPresent(fed, outputs);
            run(inputs, outputs, tokens, batch, batch.stream().mapToInt(row -> row.fed + 1).max().orElse(1));
        } else {
            makePresent(lane, fed);
            lane.bind(present, fed, lane.length + 1, true, outputs);
            run(inputs, outputs, tokens, batch, lane.length + 1);
            for (int i = 0; i < count; i++) take(batch.get(i), i, lane);
        }
        long ran = System.nanoTime();
        draws.ready(batch);
        for (int i = 0; i < count; i++) {
            var row = batch.get(i);
            row.fed++;
            row.call.executed().increment();
            if (row.fed < row.length) {
                keep(row);
                continue;
            }
            try {
                sample(row, i);
            } catch (Sampler.NoProbabilities e) {
                leave(rows.indexOf(row));
                row.task.future().completeExceptionally(e.of(model));
            }
        }
        sampleNanos += System.nanoTime() - ran;
    }

    private void makePresent(KvLane<Row> lane, int count) {
        if (lane.hasRoom(present, count, lane.length + 1)) return;
        KvLane.free(present);
        present = new DeviceMemory[0];
        present = lane.allocate(count, lane.length + 1);
    }

    /// Puts the KV of a row's new position, the last of its present, behind its others.
    private void take(Row row, int index, KvLane<Row> lane) {
        if (row.fed < lane.length) {
            lane.copyIn(present, lane.length + 1, index, lane.length, lane.rows.indexOf(row), row.fed, 1);
            return;
        }
        // Without positions a row fills its lane; its present is all of the next one's past.
        var next = lanes.computeIfAbsent(lane.length + 1, positions -> new KvLane<>(graph, positions));
        next.copyIn(present, lane.length + 1, index, 0, next.add(row), 0, lane.length + 1);
        lane.remove(row);
        places.put(row, next);
    }

    /// @param batch rows that each feed one token, none for a prompt, which feeds all tokens
    /// @param total positions of past and new together
    private void run(Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs, int[] tokens, List<Row> batch, int total) {
        int count = batch.isEmpty() ? 1 : tokens.length;
        int each = tokens.length / count;
        try (var ids = backend.allocateOnHost((long) tokens.length * Long.BYTES); var mask = backend.allocateOnHost((long) count * total * Long.BYTES);
             var positions = backend.allocateOnHost((long) tokens.length * Long.BYTES)) {
            for (int i = 0; i < tokens.length; i++) {
                ids.segment().setAtIndex(ValueLayout.JAVA_LONG, i, tokens[i]);
                positions.segment().setAtIndex(ValueLayout.JAVA_LONG, i, batch.isEmpty() ? i : batch.get(i % batch.size()).fed);
            }
            for (int i = 0; i < count; i++) {
                int known = batch.isEmpty() ? total : batch.get(i % batch.size()).fed;
                // The new token stands behind its row's others where past and present are one memory, else behind the past's whole length.
                int own = graph.shared() ? known : total - 1;
                for (int t = 0; t < total; t++) mask.segment().setAtIndex(ValueLayout.JAVA_LONG, (long) i * total + t, t < known || t == own ? 1 : 0);
            }
            inputs.put(model.execution().names().ids(), backend.tensor(ids, 0, ElementType.I64, count, each));
            inputs.put(model.execution().names().mask(), backend.tensor(mask, 0, ElementType.I64, count, total));
            if (graph.positions()) inputs.put(model.execution().names().positions(), backend.tensor(positions, 0, ElementType.I64, count, each));
            graph.session().run(inputs, outputs);
        } finally {
            inputs.values().forEach(DeviceTensor::close);
            outputs.values().forEach(DeviceTensor::close);
        }
        executed.add(tokens.length);
    }

    private void sample(Row row, int index) {
        row.take(draws, index, ends, model.shape().context(), tokenizer);
        if (row.result == null) return;
        var lane = place(row);
        if (row.goesOn() && row.segment.end() == row.given - 1)
            cache.keep(row.segment, row.tokens, row.given - 1, row.fed, NOTHING, lane, lane.rows.indexOf(row));
        leave(rows.indexOf(row));
        row.complete();
    }

    @Override
    public void leave(int index) {
        var row = rows.remove(index);
        var lane = places.remove(row);
        if (lane != null) lane.remove(row);
    }

    @Override
    public void close() {
        lanes.values().forEach(KvLane::close);
        KvLane.free(present);
        draws.close();
    }
}
