package dev.espalier.engine.onnx;

import dev.espalier.EspalierException;
import dev.espalier.engine.ModelFolder;
import dev.espalier.engine.Tokenizer;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.ElementType;
import dev.espalier.search.Finish;
import java.lang.foreign.MemorySegment;
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
/// dropped. So results are the same bits whatever was kept (decision 0010). Used by one thread.
final class DecodeLoop implements AutoCloseable {
    private static final float[] NOTHING = {};

    private final ModelFolder model;
    private final Graph graph;
    private final DeviceBackend backend;
    private final Tokenizer tokenizer;
    private final int mostRows;
    private final LongAdder executed;
    private final boolean[] ends;
    private final List<Row> rows = new ArrayList<>();
    private final KvRows kv;
    private final PrefixCache cache;
    private final DeviceMemory idMemory;
    private final DeviceMemory maskMemory;
    private final DeviceMemory logitMemory;
    private final MemorySegment ids;
    private final MemorySegment mask;
    private final MemorySegment logits;
    private final float[] rowLogits;
    private final Sampler sampler;
    private @Nullable DeviceTensor idsTensor;
    private @Nullable DeviceTensor logitsTensor;

    DecodeLoop(ModelFolder model, Graph graph, Tokenizer tokenizer, int mostRows, long cacheBytes, LongAdder executed) {
        this.model = model;
        this.graph = graph;
        backend = graph.backend();
        this.tokenizer = tokenizer;
        this.mostRows = mostRows;
        this.executed = executed;
        ends = new boolean[model.vocabulary()];
        for (int id : model.endIds()) ends[id] = true;
        kv = new KvRows(backend, model, mostRows);
        cache = new PrefixCache(backend, cacheBytes, KvRows.tokenBytes(model));
        idMemory = backend.allocateOnHost((long) Math.max(mostRows, model.context()) * Long.BYTES);
        maskMemory = backend.allocateOnHost((long) mostRows * model.context() * Long.BYTES);
        logitMemory = backend.allocateOnHost((long) mostRows * model.vocabulary() * Float.BYTES);
        ids = idMemory.segment();
        mask = maskMemory.segment();
        logits = logitMemory.segment();
        rowLogits = new float[model.vocabulary()];
        sampler = new Sampler(model.vocabulary());
    }

    PrefixCache.Segment root() {
        return cache.root();
    }

    List<Row> rows() {
        return rows;
    }

    boolean full() {
        return rows.size() == mostRows;
    }

    /// Adds a row: its kept KV is copied in, an unknown prompt is read.
    void join(Row row) {
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
            prefill(row, index);
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
                ids.setAtIndex(ValueLayout.JAVA_LONG, i, row.tokens[i]);
                mask.setAtIndex(ValueLayout.JAVA_LONG, i, 1);
            }
            Map<String, DeviceTensor> inputs = new HashMap<>();
            Map<String, DeviceTensor> outputs = new HashMap<>();
            var memory = kv.wrapRow(index);
            try (var idTensor = backend.tensor(idMemory, 0, ElementType.I64, 1, count);
                 var maskTensor = backend.tensor(maskMemory, 0, ElementType.I64, 1, count)) {
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

    /// One token of every row. A row that is finished leaves, its future is completed.
    void turn() {
        int count = rows.size();
        int longest = 0;
        for (var row : rows) longest = Math.max(longest, row.fed + 1);
        for (int i = 0; i < count; i++) {
            var row = rows.get(i);
            ids.setAtIndex(ValueLayout.JAVA_LONG, i, row.tokens[row.fed]);
            long at = (long) i * longest;
            for (int t = 0; t < longest; t++) mask.setAtIndex(ValueLayout.JAVA_LONG, at + t, t <= row.fed ? 1 : 0);
        }
        kv.reserve(count, longest, count);
        run(count, longest);
        // From the last to the first: a finished row is replaced by the last one, which has been dealt with.
        for (int i = count - 1; i >= 0; i--) {
            var row = rows.get(i);
            row.fed++;
            if (row.fed < row.length) {
                keep(row, i);
                continue;
            }
            try {
                sample(row, i);
            } catch (EspalierException e) {
                leave(i);
                row.future.completeExceptionally(e);
            }
        }
    }

    private void sample(Row row, int index) {
        MemorySegment.copy(logits, ValueLayout.JAVA_FLOAT, (long) index * rowLogits.length * Float.BYTES, rowLogits, 0, rowLogits.length);
        var generation = row.call.generation();
        int token = sampler.draw(rowLogits, generation.temperature(), generation.topP(), row.call.key(), row.position());
        var result = row.take(token, sampler.logProb(), ends[token], model.context(), tokenizer);
        if (result == null) return;
        // Only a path that can go on is worth its memory.
        if (result.finish() == Finish.STEP && row.segment.end() == row.given - 1) cache.keep(row.segment, row.tokens, row.given - 1, row.fed, NOTHING, kv, index);
        leave(index);
        row.future.complete(result);
    }

    private void run(int count, int longest) {
        Map<String, DeviceTensor> inputs = new HashMap<>();
        Map<String, DeviceTensor> outputs = new HashMap<>();
        if (idsTensor == null || idsTensor.type().shape()[0] != count) {
            unwrap();
            idsTensor = backend.tensor(idMemory, 0, ElementType.I64, count, 1);
            logitsTensor = backend.tensor(logitMemory, 0, ElementType.F32, count, 1, rowLogits.length);
        }
        try (var maskTensor = backend.tensor(maskMemory, 0, ElementType.I64, count, longest)) {
            inputs.put("input_ids", idsTensor);
            inputs.put("attention_mask", maskTensor);
            outputs.put("logits", logitsTensor);
            kv.bind(count, inputs, outputs);
            graph.run(inputs, outputs);
        }
        executed.add(count);
    }

    /// Takes a row out; the last one takes its place.
    void leave(int index) {
        int last = rows.size() - 1;
        if (index < last) {
            kv.move(last, index, rows.get(last).fed);
            rows.set(index, rows.get(last));
        }
        rows.remove(last);
    }

    private void unwrap() {
        if (idsTensor != null) idsTensor.close();
        if (logitsTensor != null) logitsTensor.close();
        idsTensor = null;
        logitsTensor = null;
    }

    @Override
    public void close() {
        unwrap();
        cache.close();
        kv.close();
        idMemory.close();
        maskMemory.close();
        logitMemory.close();
    }
}
