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

/// The decode loop for graphs of other exporters. Prefill reads a prompt in one run with batch size 1, and every later
/// token is fed in its own turn, as in `FusedDecodeLoop` and for the same reason (decision 0010).
///
/// Rows are batched in lanes. Graphs with past and present in one memory have one lane, as long as the longest row
/// needs. Graphs that concatenate the new positions to the past get a past whose length depends on the row's own length
/// only: the next of 64, 96, 128, 192, … positions, with the unused ones masked. So a row's result does not depend on
/// the other rows, and rows of similar length share a run. A graph without an input of positions counts its past, which
/// must not contain masked positions: there, only rows of exactly the same length share a lane (decision 0065).
public final class ExportedDecodeLoop implements DecodeLoop {
    private static final float[] NOTHING = {};
    private static final int MIN_LENGTH = 64;

    private final ModelFolder model;
    private final ExportedGraph graph;
    private final DeviceBackend backend;
    private final Tokenizer tokenizer;
    private final int maxRows;
    private final long rowBytes;
    private final LongAdder executed;
    private final Meter meter;
    private final boolean[] ends;
    private final List<Row> rows = new ArrayList<>();
    private final TreeMap<Integer, KvLane<Row>> lanes = new TreeMap<>();
    private final IdentityHashMap<Row, KvLane<Row>> laneByRow = new IdentityHashMap<>();
    private final PrefixCache cache;
    private final Draws draws;
    /// The memory that runs write the present into. It is reused, since new memory would cost many page faults.
    private DeviceMemory[] present = {};
    private long sampleNanos;

    ExportedDecodeLoop(
            ExportedGraph graph,
            Tokenizer tokenizer,
            PolicyLimits limits,
            PrefixCache cache,
            LongAdder executed,
            Meter meter) {
        this.graph = graph;
        this.tokenizer = tokenizer;
        this.executed = executed;
        this.meter = meter;
        this.cache = cache;
        model = graph.folder();
        maxRows = model.execution().batchDependent() ? 1 : limits.rows();
        rowBytes = limits.rowBytes();
        backend = graph.backend();
        ends = new boolean[Math.max(model.shape().vocabulary(), tokenizer.size())];
        for (int id : model.prompting().endIds()) ends[id] = true;
        // The graph's vocabulary may be padded beyond the tokenizer's ids; padding ids are never drawn.
        draws = Draws.of(
                backend,
                model.shape().vocabulary(),
                Math.min(model.shape().vocabulary(), tokenizer.size()),
                graph.logits(),
                paddedRows(maxRows));
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
        return rows.size() == maxRows;
    }

    /// Counts that lanes grow by half, and that a turn needs past and present if they are separate.
    @Override
    public boolean fits(Row row) {
        if (rows.isEmpty()) return true;
        int longest = maxPositions(row);
        long positions = laneLength(longest);
        for (var other : rows) {
            longest = Math.max(longest, maxPositions(other));
            positions += laneLength(maxPositions(other));
        }
        long halves = graph.sharesKv() ? 3L * (rows.size() + 1) * laneLength(longest) : 5 * positions;
        return halves * graph.tokenBytes() / 2 <= rowBytes;
    }

    /// The max number of positions that a row can need.
    private int maxPositions(Row row) {
        return Math.min(model.shape().context(), row.inputLength + row.call.maxNewTokens());
    }

    @Override
    public void join(Row row) {
        var kept = new ArrayList<PrefixCache.Segment>();
        for (var next = cache.find(row.segment, row.tokens, 0, row.segmentEnds[0]);
                next != null;
                next = row.coveredSegments < row.segmentEnds.length
                        ? cache.find(row.segment, row.tokens, row.segment.end(), row.segmentEnds[row.coveredSegments])
                        : null) {
            kept.add(next);
            row.segment = next;
            row.fed = next.end();
            row.coveredSegments++;
        }
        if (kept.isEmpty()) {
            long start = System.nanoTime();
            prefill(row);
            meter.countPrefill(System.nanoTime() - start);
        } else {
            var lane = lane(row);
            int index = lane.add(row);
            for (var segment : kept)
                cache.read(segment, data -> lane.copyIn(data, index, segment.start(), segment.end()));
            laneByRow.put(row, lane);
        }
        rows.add(row);
        if (row.coveredSegments == 0) keep(row);
    }

    private void prefill(Row row) {
        int count = row.segmentEnds[0];
        row.fed = count;
        var lane = lane(row);
        var memory = lane.allocate(1, count);
        try {
            if (count > 0) {
                Map<String, DeviceTensor> inputs = new HashMap<>();
                Map<String, DeviceTensor> outputs = new HashMap<>();
                lane.bind(memory, 1, graph.sharesKv() ? count : 0, false, inputs);
                lane.bind(memory, 1, count, true, outputs);
                run(inputs, outputs, Arrays.copyOf(row.tokens, count), List.of(), count);
                row.call.executed().add(count);
            }
            int index = lane.add(row);
            lane.copyIn(memory, count, 0, 0, index, 0, count);
            laneByRow.put(row, lane);
        } finally {
            KvLane.free(memory);
        }
    }

    /// The lane in which a row's next token is fed.
    private KvLane<Row> lane(Row row) {
        int length;
        if (graph.sharesKv())
            length = laneLength(Math.max(
                    row.fed + 1,
                    lanes.isEmpty()
                            ? 0
                            : rows.stream().mapToInt(r -> r.fed + 1).max().orElse(0)));
        else length = graph.positions() ? laneLength(row.fed + 1) : row.fed;
        if (graph.sharesKv() && !lanes.isEmpty()) length = Math.max(length, lanes.lastKey());
        return lanes.computeIfAbsent(length, positions -> new KvLane<>(graph, positions));
    }

    /// The smallest length of the form 64·2^k or 96·2^k that is not below a number of positions.
    public static int laneLength(int positions) {
        for (int length = MIN_LENGTH; ; length *= 2) {
            if (positions <= length) return length;
            if (positions <= length + length / 2) return length + length / 2;
        }
    }

    private KvLane<Row> laneOf(Row row) {
        return Objects.requireNonNull(laneByRow.get(row));
    }

    /// Caches the KV up to the next segment end, if the row has reached it.
    private void keep(Row row) {
        if (row.coveredSegments >= row.segmentEnds.length || row.fed != row.segmentEnds[row.coveredSegments]) return;
        var lane = laneOf(row);
        int from = row.coveredSegments == 0 ? 0 : row.segmentEnds[row.coveredSegments - 1];
        var kept = row.segment.end() == from
                ? cache.keep(row.segment, row.tokens, from, row.fed, NOTHING, lane, lane.rows.indexOf(row))
                : null;
        if (kept != null) row.segment = kept;
        row.coveredSegments++;
    }

    @Override
    public void turn() {
        var arrivals = new IdentityHashMap<KvLane<Row>, Integer>();
        for (var row : rows) if (lane(row) != laneByRow.get(row)) arrivals.merge(lane(row), 1, Integer::sum);
        arrivals.forEach((lane, count) -> lane.reserve(lane.rows.size() + count));
        for (var row : rows) {
            var current = laneOf(row);
            var next = lane(row);
            if (current == next) continue;
            next.copyRow(current, current.rows.indexOf(row), next.add(row), row.fed);
            current.remove(row);
            laneByRow.put(row, next);
        }
        closeEmpty();
        sampleNanos = 0;
        int count = rows.size();
        long start = System.nanoTime();
        // The longest lane first: a row that outgrows its lane moves to one that has run already.
        for (var lane : List.copyOf(lanes.descendingMap().values())) turn(lane);
        meter.countTurn(System.nanoTime() - start - sampleNanos, sampleNanos, count);
        closeEmpty();
    }

    private void closeEmpty() {
        lanes.values().removeIf(lane -> {
            if (lane.rows.isEmpty()) lane.close();
            return lane.rows.isEmpty();
        });
    }

    /// The number of rows, rounded up to a multiple of
    /// [dev.espalier.engine.folder.ModelFolder.Execution#rowMultiple].
    private int paddedRows(int count) {
        return Math.ceilDiv(count, model.execution().rowMultiple())
                * model.execution().rowMultiple();
    }

    private void turn(KvLane<Row> lane) {
        var batch = List.copyOf(lane.rows);
        int count = batch.size();
        // Padding rows repeat the first rows; their results are ignored.
        int batchSize = paddedRows(count);
        Map<String, DeviceTensor> inputs = new HashMap<>();
        Map<String, DeviceTensor> outputs = new HashMap<>();
        lane.bindPast(batchSize, inputs);
        outputs.put(
                model.execution().names().logits(),
                backend.tensor(
                        draws.logits(),
                        0,
                        graph.logits(),
                        batchSize,
                        1,
                        model.shape().vocabulary()));
        var tokens = java.util.stream.IntStream.range(0, batchSize)
                .map(i -> batch.get(i % count).tokens[batch.get(i % count).fed])
                .toArray();
        if (graph.sharesKv()) {
            lane.bindPresent(batchSize, outputs);
            run(
                    inputs,
                    outputs,
                    tokens,
                    batch,
                    batch.stream().mapToInt(row -> row.fed + 1).max().orElse(1));
        } else {
            ensurePresent(lane, batchSize);
            lane.bind(present, batchSize, lane.length + 1, true, outputs);
            run(inputs, outputs, tokens, batch, lane.length + 1);
            for (int i = 0; i < count; i++) appendPresent(batch.get(i), i, lane);
        }
        long ran = System.nanoTime();
        draws.onLogits(batch);
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
            } catch (Sampler.InvalidLogits e) {
                leave(rows.indexOf(row));
                row.task.future().completeExceptionally(e.toException(model));
            }
        }
        sampleNanos += System.nanoTime() - ran;
    }

    private void ensurePresent(KvLane<Row> lane, int count) {
        if (lane.hasRoom(present, count, lane.length + 1)) return;
        KvLane.free(present);
        present = new DeviceMemory[0];
        present = lane.allocate(count, lane.length + 1);
    }

    /// Appends the KV of a row's new position, the last of its present, to its past.
    private void appendPresent(Row row, int index, KvLane<Row> lane) {
        if (row.fed < lane.length) {
            lane.copyIn(present, lane.length + 1, index, lane.length, lane.rows.indexOf(row), row.fed, 1);
            return;
        }
        // Without an input of positions a row fills its lane, so its whole present is the past of the next
        // lane.
        var next = lanes.computeIfAbsent(lane.length + 1, positions -> new KvLane<>(graph, positions));
        next.copyIn(present, lane.length + 1, index, 0, next.add(row), 0, lane.length + 1);
        lane.remove(row);
        laneByRow.put(row, next);
    }

    /// @param batch rows with one token each; empty to prefill one row with all tokens
    /// @param total number of positions, past and new together
    private void run(
            Map<String, DeviceTensor> inputs,
            Map<String, DeviceTensor> outputs,
            int[] tokens,
            List<Row> batch,
            int total) {
        int count = batch.isEmpty() ? 1 : tokens.length;
        int tokensPerRow = tokens.length / count;
        try (var ids = backend.allocateOnHost((long) tokens.length * Long.BYTES);
                var mask = backend.allocateOnHost((long) count * total * Long.BYTES);
                var positions = backend.allocateOnHost((long) tokens.length * Long.BYTES)) {
            for (int i = 0; i < tokens.length; i++) {
                ids.segment().setAtIndex(ValueLayout.JAVA_LONG, i, tokens[i]);
                positions
                        .segment()
                        .setAtIndex(ValueLayout.JAVA_LONG, i, batch.isEmpty() ? i : batch.get(i % batch.size()).fed);
            }
            for (int i = 0; i < count; i++) {
                int known = batch.isEmpty() ? total : batch.get(i % batch.size()).fed;
                // The new token follows its row's tokens if past and present share one memory,
                // otherwise it follows the whole past.
                int newPosition = graph.sharesKv() ? known : total - 1;
                for (int t = 0; t < total; t++)
                    mask.segment()
                            .setAtIndex(
                                    ValueLayout.JAVA_LONG, (long) i * total + t, t < known || t == newPosition ? 1 : 0);
            }
            inputs.put(model.execution().names().ids(), backend.tensor(ids, 0, ElementType.I64, count, tokensPerRow));
            inputs.put(model.execution().names().mask(), backend.tensor(mask, 0, ElementType.I64, count, total));
            if (graph.positions())
                inputs.put(
                        model.execution().names().positions(),
                        backend.tensor(positions, 0, ElementType.I64, count, tokensPerRow));
            graph.session().run(inputs, outputs);
        } finally {
            inputs.values().forEach(DeviceTensor::close);
            outputs.values().forEach(DeviceTensor::close);
        }
        executed.add(tokens.length);
    }

    private void sample(Row row, int index) {
        row.advance(draws, index, ends, model.shape().context(), tokenizer);
        if (row.result == null) return;
        var lane = laneOf(row);
        if (row.isExtendable() && row.segment.end() == row.inputLength - 1)
            cache.keep(row.segment, row.tokens, row.inputLength - 1, row.fed, NOTHING, lane, lane.rows.indexOf(row));
        leave(rows.indexOf(row));
        row.complete();
    }

    @Override
    public void leave(int index) {
        var row = rows.remove(index);
        var lane = laneByRow.remove(row);
        if (lane != null) lane.remove(row);
    }

    @Override
    public void close() {
        lanes.values().forEach(KvLane::close);
        KvLane.free(present);
        draws.close();
    }
}
