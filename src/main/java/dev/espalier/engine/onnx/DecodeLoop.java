package dev.espalier.engine.onnx;

import dev.espalier.EspalierException;
import dev.espalier.engine.ModelFolder;
import dev.espalier.engine.Tokenizer;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.ElementType;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// The batch in flight: each turn feeds one token of every row. Rows join and leave between turns.
///
/// Which kernel makes a token's KV does not depend on what is cached: the prompt (but for its last token) always goes through
/// the model at once and alone; every later token goes alone, at its turn, also when a path is read again after its KV was
/// dropped. So results are the same bits whatever was kept (decision 0010). A turn's rows are shared out among workers, each with its
/// own run of the graph and its own sampler (decision 0066). Used by one thread, which is the first worker.
final class DecodeLoop implements Batch {
    private static final float[] NOTHING = {};

    private final ModelFolder model;
    private final Graph graph;
    private final DeviceBackend backend;
    private final Tokenizer tokenizer;
    private final int mostRows;
    private final LongAdder executed;
    private final Meter meter;
    private final List<Row> rows = new ArrayList<>();
    private final KvRows kv;
    private final PrefixCache cache;
    private final Workers workers;
    private final List<Part> parts = new ArrayList<>();
    private final DeviceMemory promptIds;
    private final DeviceMemory promptMask;

    DecodeLoop(ModelFolder model, Graph graph, Tokenizer tokenizer, OnnxPolicy.Limits limits, LongAdder executed, Meter meter) {
        this.model = model;
        this.graph = graph;
        backend = graph.backend();
        this.tokenizer = tokenizer;
        mostRows = limits.rowsOf(model, graph);
        this.executed = executed;
        this.meter = meter;
        // A device has work enough for itself in one run.
        int most = backend.cpu() ? Math.min(limits.workers(), mostRows) : 1;
        kv = new KvRows(backend, model, graph.kv(), mostRows, most);
        cache = new PrefixCache(backend, limits.cacheBytes(), KvRows.tokenBytes(model, graph.kv()));
        promptIds = backend.allocateOnHost((long) model.context() * Long.BYTES);
        promptMask = backend.allocateOnHost((long) model.context() * Long.BYTES);
        var ends = new boolean[model.vocabulary()];
        for (int id : model.endIds()) ends[id] = true;
        for (int i = 0; i < most; i++) parts.add(new Part(i, Math.ceilDiv(mostRows, most), ends));
        workers = new Workers(model.name(), most);
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

    @Override
    public void join(Row row) {
        int index = rows.size();
        if (index == 0) kv.shrink();
        kv.reserve(index + 1, row.given, index);
        while (row.covered < row.bounds.length) {
            var next = cache.find(row.segment, row.tokens, row.segment.end(), row.bounds[row.covered]);
            if (next == null) break;
            kv.copyIn(next.data(), index, next.start(), next.end());
            row.segment = next;
            row.fed = next.end();
            row.covered++;
        }
        if (row.covered == 0) {
            long start = System.nanoTime();
            prefill(row, index);
            meter.prefilled(System.nanoTime() - start);
            rows.add(row);
            keep(row, index);
        } else {
            rows.add(row);
        }
    }

    private void prefill(Row row, int index) {
        int count = row.bounds[0];
        if (count > 0) {
            for (int i = 0; i < count; i++) {
                promptIds.segment().setAtIndex(ValueLayout.JAVA_LONG, i, row.tokens[i]);
                promptMask.segment().setAtIndex(ValueLayout.JAVA_LONG, i, 1);
            }
            Map<String, DeviceTensor> inputs = new HashMap<>();
            Map<String, DeviceTensor> outputs = new HashMap<>();
            var memory = kv.wrapRow(index);
            try (var idTensor = backend.tensor(promptIds, 0, ElementType.I64, 1, count);
                 var maskTensor = backend.tensor(promptMask, 0, ElementType.I64, 1, count)) {
                inputs.put("input_ids", idTensor);
                inputs.put("attention_mask", maskTensor);
                kv.name(memory, inputs, outputs);
                graph.run(inputs, outputs);
            } finally {
                for (var tensor : memory) tensor.close();
            }
            executed.add(count);
        }
        row.fed = count;
    }

    /// Keeps the KV up to the next bound, when the row has reached it.
    private void keep(Row row, int index) {
        if (row.covered >= row.bounds.length || row.fed != row.bounds[row.covered]) return;
        int from = row.covered == 0 ? 0 : row.bounds[row.covered - 1];
        var kept = row.segment.end() == from ? cache.keep(row.segment, row.tokens, from, row.fed, NOTHING, kv, index) : null;
        if (kept != null) row.segment = kept;
        row.covered++;
    }

    @Override
    public void turn() {
        int count = rows.size();
        int longest = 0;
        for (var row : rows) longest = Math.max(longest, row.fed + 1);
        kv.reserve(count, longest, count);
        int used = Math.min(parts.size(), count);
        for (int i = 0; i < used; i++) parts.get(i).take(i * count / used, (i + 1) * count / used);
        workers.run(used, i -> parts.get(i).work());
        executed.add(count);
        long decode = 0;
        long sample = 0;
        for (var part : parts.subList(0, used)) {
            decode += part.decodeNanos;
            sample += part.sampleNanos;
        }
        meter.turned(decode / used, sample / used, count);
        // From the last to the first: a finished row is replaced by the last one, which has been dealt with.
        for (int i = count - 1; i >= 0; i--) end(i);
    }

    /// What became of a row in this turn.
    private void end(int index) {
        var row = rows.get(index);
        row.fed++;
        if (row.failure != null) {
            leave(index);
            row.wish.future().completeExceptionally(row.failure);
        } else if (row.result == null) {
            keep(row, index);
        } else {
            if (row.goesOn() && row.segment.end() == row.given - 1) cache.keep(row.segment, row.tokens, row.given - 1, row.fed, NOTHING, kv, index);
            leave(index);
            row.complete();
        }
    }

    @Override
    public void leave(int index) {
        int last = rows.size() - 1;
        if (index < last) {
            kv.move(last, index, rows.get(last).fed);
            rows.set(index, rows.get(last));
        }
        rows.remove(last);
    }

    /// One worker's share of a turn.
    private final class Part {
        private final int number;
        private final boolean[] ends;
        private final Draws draws;
        private final DeviceMemory ids;
        private final DeviceMemory mask;
        private final Map<String, DeviceTensor> inputs = new HashMap<>();
        private final Map<String, DeviceTensor> outputs = new HashMap<>();
        private final List<DeviceTensor> own = new ArrayList<>();
        private int from;
        private int to;
        private long decodeNanos;
        private long sampleNanos;

        Part(int number, int most, boolean[] ends) {
            this.number = number;
            this.ends = ends;
            ids = backend.allocateOnHost((long) most * Long.BYTES);
            mask = backend.allocateOnHost((long) most * model.context() * Long.BYTES);
            draws = Draws.of(backend, model.vocabulary(), model.vocabulary(), graph.logits(), most);
        }

        /// Prepares the rows from one to another, on the loop's thread.
        void take(int first, int end) {
            from = first;
            to = end;
            int count = end - first;
            int longest = 0;
            for (var row : rows.subList(from, to)) longest = Math.max(longest, row.fed + 1);
            for (int i = 0; i < count; i++) {
                var row = rows.get(from + i);
                ids.segment().setAtIndex(ValueLayout.JAVA_LONG, i, row.tokens[row.fed]);
                long at = (long) i * longest;
                for (int t = 0; t < longest; t++) mask.segment().setAtIndex(ValueLayout.JAVA_LONG, at + t, t <= row.fed ? 1 : 0);
            }
            unwrap();
            own.add(backend.tensor(ids, 0, ElementType.I64, count, 1));
            inputs.put("input_ids", own.getLast());
            own.add(backend.tensor(mask, 0, ElementType.I64, count, longest));
            inputs.put("attention_mask", own.getLast());
            own.add(backend.tensor(draws.logits(), 0, graph.logits(), count, 1, model.vocabulary()));
            outputs.put("logits", own.getLast());
            kv.bind(number, from, count, inputs, outputs);
        }

        /// Runs the graph and samples, on any thread.
        void work() {
            long start = System.nanoTime();
            graph.run(inputs, outputs);
            long ran = System.nanoTime();
            decodeNanos = ran - start;
            draws.ready(rows.subList(from, to));
            for (int i = from; i < to; i++) {
                var row = rows.get(i);
                if (row.fed + 1 == row.length) sample(row, i - from);
            }
            sampleNanos = System.nanoTime() - ran;
        }

        private void sample(Row row, int index) {
            try {
                row.take(draws, index, ends, model.context(), tokenizer);
            } catch (EspalierException e) {
                row.failure = e;
            }
        }

        private void unwrap() {
            for (var tensor : own) tensor.close();
            own.clear();
        }

        void close() {
            unwrap();
            ids.close();
            mask.close();
            draws.close();
        }
    }

    @Override
    public void close() {
        workers.close();
        for (var part : parts) part.close();
        cache.close();
        kv.close();
        promptIds.close();
        promptMask.close();
    }
}
