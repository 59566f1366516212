package dev.espalier.engine.onnx.decode;

import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.onnx.kv.PrefixCache;
import dev.espalier.engine.onnx.sampling.Draws;
import dev.espalier.engine.onnx.sampling.Sampler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// The decode loop for fused and split graphs.
///
/// The kernel that computes a token's KV does not depend on the cache: prefill reads the prompt without its last token
/// in one run with batch size 1; every later token is fed in a turn of its own, even if a path is read again after its
/// KV was evicted. So results are bit-identical whatever is cached and whichever worker runs a row (decision 0010). Not
/// thread-safe.
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

    public FusedDecodeLoop(
            ModelFolder model,
            RowCache kv,
            Draws draws,
            Tokenizer tokenizer,
            PrefixCache cache,
            LongAdder executed,
            Meter meter) {
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
            int present = kv.assignSlot(row);
            rows.add(row);
            meter.rowJoined();
            copyIn(row, present);
            if (row.coveredSegments == 0) {
                if (present < row.segmentEnds[0]) readPrompt(row);
                row.fed = row.segmentEnds[0];
                keep(row);
            }
            joined = true;
        } finally {
            if (!joined) remove(row);
        }
    }

    /// Copies the cached KV of a row's path into its slot.
    ///
    /// @param present number of positions whose KV is in the slot already
    private void copyIn(Row row, int present) {
        while (row.coveredSegments < row.segmentEnds.length) {
            var next = cache.find(row.segment, row.tokens, row.segment.end(), row.segmentEnds[row.coveredSegments]);
            if (next == null) break;
            if (next.end() > present && !cache.read(next, data -> kv.copyIn(data, row, next.start(), next.end())))
                break;
            row.segment = next;
            row.fed = next.end();
            row.coveredSegments++;
        }
    }

    private void readPrompt(Row row) {
        int count = row.segmentEnds[0];
        if (count == 0) return;
        long start = System.nanoTime();
        kv.readPrompt(row);
        executed.add(count);
        row.call.executed().add(count);
        meter.countPrefill(System.nanoTime() - start);
    }

    /// Caches the KV up to the next segment end, if the row has reached it.
    private void keep(Row row) {
        if (row.coveredSegments >= row.segmentEnds.length || row.fed != row.segmentEnds[row.coveredSegments]) return;
        int from = row.coveredSegments == 0 ? 0 : row.segmentEnds[row.coveredSegments - 1];
        var kept = row.segment.end() == from
                ? cache.keep(row.segment, row.tokens, from, row.fed, NOTHING, kv, row.slot)
                : null;
        if (kept != null) row.segment = kept;
        row.coveredSegments++;
    }

    @Override
    public void turn() {
        var batch = kv.compact();
        long start = System.nanoTime();
        kv.run(batch, draws.logits());
        long ran = System.nanoTime();
        draws.onLogits(batch);
        for (int i = 0; i < batch.size(); i++) if (batch.get(i).fed + 1 == batch.get(i).length) sample(batch.get(i), i);
        meter.countTurn(ran - start, System.nanoTime() - ran, meter.rowsInFlight());
        executed.add(batch.size());
        for (var row : batch) end(row);
    }

    private void sample(Row row, int index) {
        try {
            row.advance(draws, index, ends, model.shape().context(), tokenizer);
        } catch (Sampler.InvalidLogits e) {
            row.failure = e.toException(model);
        }
    }

    /// Advances a row after its token was fed: continues, completes or fails it.
    private void end(Row row) {
        row.fed++;
        row.call.executed().increment();
        if (row.failure != null) {
            remove(row);
            row.task.future().completeExceptionally(row.failure);
        } else if (row.result == null) {
            keep(row);
        } else {
            if (row.isExtendable() && row.segment.end() == row.inputLength - 1)
                cache.keep(row.segment, row.tokens, row.inputLength - 1, row.fed, NOTHING, kv, row.slot);
            remove(row);
            row.complete();
        }
    }

    @Override
    public void leave(int index) {
        remove(rows.get(index));
    }

    private void remove(Row row) {
        if (!rows.remove(row)) return;
        kv.releaseSlot(row);
        meter.rowLeft();
    }

    @Override
    public void close() {
        draws.close();
        kv.close();
    }
}
