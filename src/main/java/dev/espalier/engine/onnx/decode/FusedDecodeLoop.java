package dev.espalier.engine.onnx.decode;

import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.onnx.kv.PrefixCache;
import dev.espalier.engine.onnx.sampling.Draws;
import dev.espalier.engine.onnx.sampling.Sampler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// A worker's rows in flight: each turn feeds one token of every row. Rows join and leave between turns.
///
/// Which kernel makes a token's KV does not depend on what is cached: the prompt (but for its last token) always goes through
/// the model at once and alone; every later token goes alone, at its turn, also when a path is read again after its KV was
/// dropped. So results are the same bits whatever was kept, and whichever worker a row has (decision 0010). Used by one thread.
public final class FusedDecodeLoop implements DecodeLoop {
    private static final float[] NOTHING = {};

    private final ModelFolder model;
    private final Tokenizer tokenizer;
    private final LongAdder executed;
    private final Meter meter;
    private final List<Row> rows = new ArrayList<>();
    private final RowCache kv;
    private final PrefixCache cache;
    private final Draws draws;
    private final boolean[] ends;

    public FusedDecodeLoop(ModelFolder model, RowCache kv, Draws draws, Tokenizer tokenizer, PrefixCache cache, LongAdder executed, Meter meter) {
        this.model = model;
        this.kv = kv;
        this.draws = draws;
        this.tokenizer = tokenizer;
        this.cache = cache;
        this.executed = executed;
        this.meter = meter;
        ends = new boolean[Math.max(model.shape().vocabulary(), tokenizer.size())];
        for (int id : model.prompting().endIds()) ends[id] = true;
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
        return kv.full();
    }

    @Override
    public boolean fits(Row row) {
        return rows.isEmpty() || kv.fits(rows, row);
    }

    @Override
    public void join(Row row) {
        boolean joined = false;
        try {
            int there = kv.take(row);
            rows.add(row);
            meter.joined();
            copyIn(row, there);
            if (row.covered == 0) {
                if (there < row.bounds[0]) readPrompt(row);
                row.fed = row.bounds[0];
                keep(row);
            }
            joined = true;
        } finally {
            if (!joined) withdraw(row);
        }
    }

    /// Takes over what is kept of a row's path.
    ///
    /// @param there positions whose KV lies in its place already
    private void copyIn(Row row, int there) {
        while (row.covered < row.bounds.length) {
            var next = cache.find(row.segment, row.tokens, row.segment.end(), row.bounds[row.covered]);
            if (next == null) break;
            if (next.end() > there && !cache.read(next, data -> kv.copyIn(data, row, next.start(), next.end()))) break;
            row.segment = next;
            row.fed = next.end();
            row.covered++;
        }
    }

    private void readPrompt(Row row) {
        int count = row.bounds[0];
        if (count == 0) return;
        long start = System.nanoTime();
        kv.readPrompt(row);
        executed.add(count);
        row.call.executed().add(count);
        meter.prefilled(System.nanoTime() - start);
    }

    /// Keeps the KV up to the next bound, when the row has reached it.
    private void keep(Row row) {
        if (row.covered >= row.bounds.length || row.fed != row.bounds[row.covered]) return;
        int from = row.covered == 0 ? 0 : row.bounds[row.covered - 1];
        var kept = row.segment.end() == from ? cache.keep(row.segment, row.tokens, from, row.fed, NOTHING, kv, row.place) : null;
        if (kept != null) row.segment = kept;
        row.covered++;
    }

    @Override
    public void turn() {
        var batch = kv.closeUp();
        long start = System.nanoTime();
        kv.run(batch, draws.logits());
        long ran = System.nanoTime();
        draws.ready(batch);
        for (int i = 0; i < batch.size(); i++) if (batch.get(i).fed + 1 == batch.get(i).length) sample(batch.get(i), i);
        meter.turned(ran - start, System.nanoTime() - ran, meter.flying());
        executed.add(batch.size());
        for (var row : batch) end(row);
    }

    private void sample(Row row, int index) {
        try {
            row.take(draws, index, ends, model.shape().context(), tokenizer);
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
            row.task.future().completeExceptionally(row.failure);
        } else if (row.result == null) {
            keep(row);
        } else {
            if (row.goesOn() && row.segment.end() == row.given - 1) cache.keep(row.segment, row.tokens, row.given - 1, row.fed, NOTHING, kv, row.place);
            withdraw(row);
            row.complete();
        }
    }

    @Override
    public void leave(int index) {
        withdraw(rows.get(index));
    }

    private void withdraw(Row row) {
        if (!rows.remove(row)) return;
        kv.leave(row);
        meter.left();
    }

    @Override
    public void close() {
        draws.close();
        kv.close();
    }
}
