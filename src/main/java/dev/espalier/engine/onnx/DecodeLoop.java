package dev.espalier.engine.onnx;

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

/// A worker's rows in flight: each turn feeds one token of every row. Rows join and leave between turns.
///
/// Which kernel makes a token's KV does not depend on what is cached: the prompt (but for its last token) always goes through
/// the model at once and alone; every later token goes alone, at its turn, also when a path is read again after its KV was
/// dropped. So results are the same bits whatever was kept, and whichever worker a row has (decision 0010). Used by one thread.
final class DecodeLoop implements Batch {
    private static final float[] NOTHING = {};

    private final ModelFolder model;
    private final Graph graph;
    private final DeviceBackend backend;
    private final Tokenizer tokenizer;
    private final long rowBytes;
    private final LongAdder executed;
    private final Meter meter;
    private final List<Row> rows = new ArrayList<>();
    private final Places places;
    private final KvRows kv;
    private final PrefixCache cache;
    /// Null where each row owns its prompt's KV too.
    private final @Nullable SharedPrompts shared;
    private final @Nullable Sharing sharing;
    /// Reads a token a row.
    private final Graph turning;
    private final Draws draws;
    private final boolean[] ends;
    private final DeviceMemory ids;
    private final DeviceMemory mask;
    private final Map<String, DeviceTensor> inputs = new HashMap<>();
    private final Map<String, DeviceTensor> outputs = new HashMap<>();
    private final List<DeviceTensor> own = new ArrayList<>();

    /// @param limits of this worker
    DecodeLoop(ModelFolder model, Graph graph, Tokenizer tokenizer, OnnxPolicy.Limits limits, PrefixCache cache, LongAdder executed, Meter meter) {
        this.model = model;
        this.graph = graph;
        this.tokenizer = tokenizer;
        this.cache = cache;
        this.executed = executed;
        this.meter = meter;
        backend = graph.backend();
        rowBytes = limits.rowBytes();
        int most = limits.rows();
        turning = graph.shared() == null ? graph : graph.shared();
        shared = graph.shared() == null ? null : new SharedPrompts(backend, model, most);
        sharing = shared == null ? null : new Sharing(backend, model, shared, most);
        kv = shared == null ? new KvRows(backend, model, graph.kv(), most)
            : new KvRows(backend, model, graph.kv(), SharedPrompts.ownDim(model.headDim()), model.context() + 1, most);
        places = new Places(kv, most);
        // Ids behind the tokenizer's fill the graph up to a round number; nothing is drawn from them.
        draws = Draws.of(backend, model.vocabulary(), Math.min(model.vocabulary(), tokenizer.size()), graph.logits(), most);
        ends = new boolean[Math.max(model.vocabulary(), tokenizer.size())];
        for (int id : model.endIds()) ends[id] = true;
        ids = backend.allocateOnHost((long) Math.max(most, model.context()) * Long.BYTES);
        mask = backend.allocateOnHost((long) (shared == null ? most : 1) * model.context() * Long.BYTES);
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
        return places.full();
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
        if (shared != null) joinPrompt(row, shared);
        boolean joined = false;
        try {
            int there = places.take(row);
            rows.add(row);
            meter.joined();
            if (shared != null) kv.mark(row.place, model.headDim());
            copyIn(row, there);
            if (row.covered == 0) prefill(row, kv, row.place);
            joined = true;
        } finally {
            if (!joined) withdraw(row);
        }
        if (row.covered == 0) {
            row.fed = row.bounds[0];
            keep(row);
        }
    }

    /// Takes over what is kept of a row's path.
    ///
    /// @param there positions whose KV lies in its place already
    private void copyIn(Row row, int there) {
        while (row.covered < row.bounds.length) {
            var next = cache.find(row.segment, row.tokens, row.segment.end(), row.bounds[row.covered]);
            if (next == null) break;
            if (next.end() > there && !cache.read(next, data -> kv.copyIn(data, row.place, next.start() - row.shift, next.end() - row.shift))) break;
            row.segment = next;
            row.fed = next.end();
            row.covered++;
        }
    }

    private void joinPrompt(Row row, SharedPrompts prompts) {
        int length = row.bounds[0];
        var kept = cache.find(row.segment, row.tokens, 0, length);
        var prompt = prompts.find(row.tokens, length);
        if (prompt == null) {
            int place = prompts.reserve(length);
            if (kept == null || !cache.read(kept, data -> prompts.kv().copyIn(data, place, 0, length))) {
                prefill(row, prompts.kv(), place);
                kept = cache.keep(row.segment, row.tokens, 0, length, NOTHING, prompts.kv(), place);
            }
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
    private void prefill(Row row, KvRows into, int place) {
        int count = row.bounds[0];
        if (count == 0) return;
        long start = System.nanoTime();
        unbind();
        for (int i = 0; i < count; i++) {
            ids.segment().setAtIndex(ValueLayout.JAVA_LONG, i, row.tokens[i]);
            mask.segment().setAtIndex(ValueLayout.JAVA_LONG, i, 1);
        }
        add("input_ids", backend.tensor(ids, 0, ElementType.I64, 1, count));
        add("attention_mask", backend.tensor(mask, 0, ElementType.I64, 1, count));
        var memory = into.wrapRow(place);
        own.addAll(List.of(memory));
        into.name(memory, inputs, outputs);
        graph.run(inputs, outputs);
        unbind();
        executed.add(count);
        row.call.executed().add(count);
        meter.prefilled(System.nanoTime() - start);
    }

    /// Keeps the KV up to the next bound, when the row has reached it.
    private void keep(Row row) {
        if (row.covered >= row.bounds.length || row.fed != row.bounds[row.covered]) return;
        int from = row.covered == 0 ? 0 : row.bounds[row.covered - 1];
        var kept = row.segment.end() == from ? cache.keep(row.segment, row.tokens, from, row.fed, NOTHING, kv, row.place, row.shift) : null;
        if (kept != null) row.segment = kept;
        row.covered++;
    }

    @Override
    public void turn() {
        var batch = places.closeUp();
        long start = System.nanoTime();
        bind(batch);
        turning.run(inputs, outputs);
        long ran = System.nanoTime();
        draws.ready(batch);
        for (int i = 0; i < batch.size(); i++) if (batch.get(i).fed + 1 == batch.get(i).length) sample(batch.get(i), i);
        meter.turned(ran - start, System.nanoTime() - ran, meter.flying());
        executed.add(batch.size());
        for (var row : batch) end(row);
    }

    private void bind(List<Row> batch) {
        int count = batch.size();
        unbind();
        for (int i = 0; i < count; i++) ids.segment().setAtIndex(ValueLayout.JAVA_LONG, i, batch.get(i).tokens[batch.get(i).fed]);
        add("input_ids", backend.tensor(ids, 0, ElementType.I64, count, 1));
        if (sharing == null) add("attention_mask", masked(batch));
        else sharing.bind(batch, inputs, own);
        kv.bind(count, inputs, outputs);
        own.add(backend.tensor(draws.logits(), 0, graph.logits(), count, 1, model.vocabulary()));
        outputs.put("logits", own.getLast());
    }

    private void add(String name, DeviceTensor tensor) {
        own.add(tensor);
        inputs.put(name, tensor);
    }

    private void unbind() {
        for (var tensor : own) tensor.close();
        own.clear();
        inputs.clear();
        outputs.clear();
    }

    private DeviceTensor masked(List<Row> batch) {
        int longest = 0;
        for (var row : batch) longest = Math.max(longest, row.fed + 1);
        for (int i = 0; i < batch.size(); i++) {
            long at = (long) i * longest;
            int fed = batch.get(i).fed;
            for (int t = 0; t < longest; t++) mask.segment().setAtIndex(ValueLayout.JAVA_LONG, at + t, t <= fed ? 1 : 0);
        }
        return backend.tensor(mask, 0, ElementType.I64, batch.size(), longest);
    }

    private void sample(Row row, int index) {
        try {
            row.take(draws, index, ends, model.context(), tokenizer);
        } catch (Sampler.NoProbabilities e) {
            row.failure = e.of(model);
        }
    }

    /// What became of a row in this turn.
    private void end(Row row) {
        row.fed++;
        row.call.executed().increment();
        if (row.failure != null) {
            withdraw(row);
            row.wish.future().completeExceptionally(row.failure);
        } else if (row.result == null) {
            keep(row);
        } else {
            if (row.goesOn() && row.segment.end() == row.given - 1) cache.keep(row.segment, row.tokens, row.given - 1, row.fed, NOTHING, kv, row.place, row.shift);
            withdraw(row);
            row.complete();
        }
    }

    @Override
    public void leave(int index) {
        withdraw(rows.get(index));
    }

    private void withdraw(Row row) {
        if (shared != null && row.prompt != null) shared.release(row.prompt);
        if (!rows.remove(row)) return;
        places.leave(row);
        meter.left();
    }

    @Override
    public void close() {
        unbind();
        if (sharing != null) sharing.close();
        draws.close();
        kv.close();
        if (shared != null) shared.close();
        ids.close();
        mask.close();
    }
}
