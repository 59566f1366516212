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
import org.jspecify.annotations.Nullable;

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
    private final long rowBytes;
    private final LongAdder executed;
    private final Meter meter;
    private final List<Row> rows = new ArrayList<>();
    private final KvRows kv;
    private final PrefixCache cache;
    /// Null where each row owns its prompt's KV too.
    private final @Nullable SharedPrompts shared;
    /// Reads a token a row.
    private final Graph turning;
    private final Workers workers;
    private final List<Part> parts = new ArrayList<>();
    private final DeviceMemory promptIds;
    private final DeviceMemory promptMask;

    DecodeLoop(ModelFolder model, Graph graph, Tokenizer tokenizer, OnnxPolicy.Limits limits, LongAdder executed, Meter meter) {
        this.model = model;
        this.graph = graph;
        backend = graph.backend();
        this.tokenizer = tokenizer;
        mostRows = limits.rows();
        rowBytes = limits.rowBytes();
        this.executed = executed;
        this.meter = meter;
        // A device has work enough for itself in one run.
        int most = backend.cpu() ? Math.min(limits.workers(), mostRows) : 1;
        turning = graph.shared() == null ? graph : graph.shared();
        shared = graph.shared() == null ? null : new SharedPrompts(backend, model, mostRows, most);
        kv = shared == null ? new KvRows(backend, model, graph.kv(), mostRows, most)
            : new KvRows(backend, model, graph.kv(), SharedPrompts.ownDim(model.headDim()), model.context() + 1, mostRows, most);
        cache = new PrefixCache(backend, limits.cacheBytes());
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
    public boolean fits(Row row) {
        long longest = most(row);
        for (var other : rows) longest = Math.max(longest, most(other));
        return rows.isEmpty() || kv.most(rows.size() + 1, longest) + (shared == null ? 0 : shared.most(row.tokens, row.bounds[0])) <= rowBytes;
    }

    /// Positions of its own that a row may come to need.
    private long most(Row row) {
        return Math.min(model.context(), (long) row.given + row.call.maxNewTokens()) - (shared == null ? 0 : row.bounds[0] - 1);
    }

    @Override
    public void join(Row row) {
        int index = rows.size();
        if (index == 0) kv.shrink();
        if (shared != null) joinPrompt(row, shared);
        kv.reserve(index + 1, row.given - row.shift, index);
        if (shared != null) kv.mark(index, model.headDim());
        while (row.covered < row.bounds.length) {
            var next = cache.find(row.segment, row.tokens, row.segment.end(), row.bounds[row.covered]);
            if (next == null) break;
            kv.copyIn(next.data(), index, next.start() - row.shift, next.end() - row.shift);
            row.segment = next;
            row.fed = next.end();
            row.covered++;
        }
        if (row.covered == 0) {
            prefill(row, kv, index);
            row.fed = row.bounds[0];
            rows.add(row);
            keep(row, index);
        } else {
            rows.add(row);
        }
    }

    private void joinPrompt(Row row, SharedPrompts prompts) {
        int length = row.bounds[0];
        var kept = cache.find(row.segment, row.tokens, 0, length);
        var prompt = prompts.find(row.tokens, length);
        if (prompt == null) {
            int place = prompts.reserve(length);
            if (kept != null) prompts.kv().copyIn(kept.data(), place, 0, length);
            else prefill(row, prompts.kv(), place);
            if (kept == null) kept = cache.keep(row.segment, row.tokens, 0, length, NOTHING, prompts.kv(), place);
            prompt = prompts.add(row.tokens, length);
        }
        prompts.use(prompt);
        row.prompt = prompt;
        row.shift = length - 1;
        row.fed = length;
        row.covered = 1;
        if (kept != null) row.segment = kept;
    }

    /// Reads a row's prompt at once, alone.
    private void prefill(Row row, KvRows into, int index) {
        int count = row.bounds[0];
        if (count == 0) return;
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            promptIds.segment().setAtIndex(ValueLayout.JAVA_LONG, i, row.tokens[i]);
            promptMask.segment().setAtIndex(ValueLayout.JAVA_LONG, i, 1);
        }
        Map<String, DeviceTensor> inputs = new HashMap<>();
        Map<String, DeviceTensor> outputs = new HashMap<>();
        var memory = into.wrapRow(index);
        try (var idTensor = backend.tensor(promptIds, 0, ElementType.I64, 1, count);
             var maskTensor = backend.tensor(promptMask, 0, ElementType.I64, 1, count)) {
            inputs.put("input_ids", idTensor);
            inputs.put("attention_mask", maskTensor);
            into.name(memory, inputs, outputs);
            graph.run(inputs, outputs);
        } finally {
            for (var tensor : memory) tensor.close();
        }
        executed.add(count);
        row.call.executed().add(count);
        meter.prefilled(System.nanoTime() - start);
    }

    /// Keeps the KV up to the next bound, when the row has reached it.
    private void keep(Row row, int index) {
        if (row.covered >= row.bounds.length || row.fed != row.bounds[row.covered]) return;
        int from = row.covered == 0 ? 0 : row.bounds[row.covered - 1];
        var kept = row.segment.end() == from ? cache.keep(row.segment, row.tokens, from, row.fed, NOTHING, kv, index, row.shift) : null;
        if (kept != null) row.segment = kept;
        row.covered++;
    }

    @Override
    public void turn() {
        int count = rows.size();
        int longest = 0;
        for (var row : rows) longest = Math.max(longest, row.fed + 1 - row.shift);
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
        row.call.executed().increment();
        if (row.failure != null) {
            leave(index);
            row.wish.future().completeExceptionally(row.failure);
        } else if (row.result == null) {
            keep(row, index);
        } else {
            if (row.goesOn() && row.segment.end() == row.given - 1) cache.keep(row.segment, row.tokens, row.given - 1, row.fed, NOTHING, kv, index, row.shift);
            leave(index);
            row.complete();
        }
    }

    @Override
    public void leave(int index) {
        int last = rows.size() - 1;
        var prompt = rows.get(index).prompt;
        if (shared != null && prompt != null) shared.release(prompt);
        if (index < last) {
            kv.move(last, index, rows.get(last).fed - rows.get(last).shift);
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
        private final @Nullable Sharing sharing;
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
            mask = backend.allocateOnHost(shared == null ? (long) most * model.context() * Long.BYTES : 0);
            sharing = shared == null ? null : new Sharing(backend, model, shared, number, most, mostRows);
            draws = Draws.of(backend, model.vocabulary(), model.vocabulary(), graph.logits(), most);
        }

        /// Prepares the rows from one to another, on the loop's thread.
        void take(int first, int end) {
            from = first;
            to = end;
            int count = end - first;
            for (int i = 0; i < count; i++) ids.segment().setAtIndex(ValueLayout.JAVA_LONG, i, rows.get(from + i).tokens[rows.get(from + i).fed]);
            unwrap();
            own.add(backend.tensor(ids, 0, ElementType.I64, count, 1));
            inputs.put("input_ids", own.getLast());
            if (sharing == null) own.add(masked(count));
            else sharing.bind(rows.subList(from, to), inputs, own);
            own.add(backend.tensor(draws.logits(), 0, graph.logits(), count, 1, model.vocabulary()));
            outputs.put("logits", own.getLast());
            kv.bind(number, from, count, inputs, outputs);
        }

        private DeviceTensor masked(int count) {
            int longest = 0;
            for (var row : rows.subList(from, to)) longest = Math.max(longest, row.fed + 1);
            for (int i = 0; i < count; i++) {
                long at = (long) i * longest;
                int fed = rows.get(from + i).fed;
                for (int t = 0; t < longest; t++) mask.segment().setAtIndex(ValueLayout.JAVA_LONG, at + t, t <= fed ? 1 : 0);
            }
            var tensor = backend.tensor(mask, 0, ElementType.I64, count, longest);
            inputs.put("attention_mask", tensor);
            return tensor;
        }

        /// Runs the graph and samples, on any thread.
        void work() {
            long start = System.nanoTime();
            turning.run(inputs, outputs);
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
            if (sharing != null) sharing.close();
            draws.close();
        }
    }

    @Override
    public void close() {
        workers.close();
        for (var part : parts) part.close();
        cache.close();
        kv.close();
        if (shared != null) shared.close();
        promptIds.close();
        promptMask.close();
    }
}
