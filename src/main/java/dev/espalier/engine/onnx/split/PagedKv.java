package dev.espalier.engine.onnx.split;

import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.onnx.attention.PagedAttention;
import dev.espalier.engine.onnx.decode.KernelClock;
import dev.espalier.engine.onnx.decode.PolicyLimits;
import dev.espalier.engine.onnx.decode.Row;
import dev.espalier.engine.onnx.decode.RowCache;
import dev.espalier.engine.onnx.kv.PageLayout;
import dev.espalier.engine.onnx.kv.PageTable;
import dev.espalier.engine.onnx.kv.Pages;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Keeps the KV of a worker's rows in [Pages], and runs the pieces of a [SplitGraph]. Rows with the same prompt share
/// its pages; each row has its own pages after it.
///
/// Prefill runs the same kernels as decode, with many tokens at once, since a token's result does not depend on the
/// other tokens of a run.
final class PagedKv implements RowCache {
    /// Prompt tokens per run.
    private static final int PREFILL_TOKENS = 64;

    private final TokenBatch tokens;
    private final PageLayout layout;
    private final Pages pages;
    private final SplitGraph graph;
    /// One per thread.
    private final PagedAttention[] attentions;
    private final int context;
    private final long budget;
    /// Rows in flight over all workers.
    private final IntSupplier rowsInFlight;
    private final long minWorkPerThread;
    private final List<Row> rows = new ArrayList<>();
    private final List<PageTable.Prompt> prompts = new ArrayList<>();
    /// The rows' page tables, by slot.
    private final @Nullable PageTable[] tables;

    /// @param limits      the worker's limits
    /// @param rowsInFlight      returns the rows in flight over all workers
    /// @param minWorkPerThread min elements of keys for each thread
    PagedKv(SplitGraph graph, PolicyLimits limits, IntSupplier rowsInFlight, long minWorkPerThread) {
        this.rowsInFlight = rowsInFlight;
        this.minWorkPerThread = minWorkPerThread;
        var model = graph.folder();
        layout = new PageLayout(
                model.shape().layers(), model.shape().kvHeads(), model.shape().headDim());
        pages = new Pages(graph.backend(), layout);
        this.graph = graph;
        attentions = Stream.generate(() -> PagedAttention.of(layout, graph.heads()))
                .limit(graph.threads(false))
                .toArray(PagedAttention[]::new);
        context = model.shape().context();
        budget = limits.rowBytes();
        tables = new PageTable[limits.rows()];
        tokens = new TokenBatch(graph, Math.max(limits.rows(), PREFILL_TOKENS));
    }

    @Override
    public boolean full() {
        return rows.size() == tables.length;
    }

    @Override
    public boolean fits(List<Row> others, Row row) {
        long needed = (long) maxOwnPages(row) + (findPrompt(row) == null ? PageLayout.pages(row.segmentEnds[0]) : 0);
        for (var other : others) needed += maxOwnPages(other);
        for (var prompt : prompts) needed += prompt.pages.size();
        return needed * layout.pageBytes() <= budget;
    }

    /// The max number of own pages that a row can need.
    private int maxOwnPages(Row row) {
        return PageLayout.pages(row.maxPositions(context) - row.segmentEnds[0]);
    }

    private PageTable.@Nullable Prompt findPrompt(Row row) {
        for (var prompt : prompts)
            if (Arrays.equals(prompt.tokens, 0, prompt.tokens.length, row.tokens, 0, row.segmentEnds[0])) return prompt;
        return null;
    }

    @Override
    public int assignSlot(Row row) {
        var prompt = findPrompt(row);
        boolean shared = prompt != null;
        if (prompt == null) {
            prompt = new PageTable.Prompt(Arrays.copyOf(row.tokens, row.segmentEnds[0]));
            pages.take(PageLayout.pages(row.segmentEnds[0]), prompt.pages);
            prompts.add(prompt);
        }
        prompt.users++;
        int place = 0;
        while (tables[place] != null) place++;
        tables[place] = new PageTable(prompt);
        row.slot = place;
        rows.add(row);
        return shared ? row.segmentEnds[0] : 0;
    }

    private PageTable table(int place) {
        var table = tables[place];
        if (table == null) throw new IllegalStateException("no row has the place " + place);
        return table;
    }

    @Override
    public void copyIn(DeviceMemory source, Row row, int from, int to) {
        table(row.slot).growTo(to, pages);
        copy(row.slot, source.segment(), from, to, true);
    }

    @Override
    public void copyOut(int row, int from, int to, DeviceMemory target) {
        copy(row, target.segment(), from, to, false);
    }

    private void copy(int place, MemorySegment other, int from, int to, boolean in) {
        var table = table(place);
        for (int position = from; position < to; ) {
            int count = table.contiguous(position, to);
            layout.copy(
                    table.pages[table.page(position)],
                    table.indexInPage(position),
                    count,
                    other,
                    position - from,
                    to - from,
                    in);
            position += count;
        }
    }

    @Override
    public void readPrompt(Row row) {
        KernelClock.start();
        try {
            read(row, table(row.slot));
        } finally {
            KernelClock.stop();
        }
    }

    private void read(Row row, PageTable table) {
        int end = row.segmentEnds[0];
        for (int from = 0; from < end; from += tokens.capacity()) {
            int count = Math.min(tokens.capacity(), end - from);
            int first = from;
            IntUnaryOperator at = i -> first + i;
            for (int i = 0; i < count; i++) tokens.put(i, row.tokens[from + i], from + i);
            tokens.start(count);
            for (int layer = 0; layer < layout.layers(); layer++) {
                tokens.runPiece(layer, otherWorkersActive());
                for (int i = 0; i < count; i++) write(table, from + i, i, layer);
                // The last layer's attention is not needed: prefill computes KV only.
                if (layer + 1 < layout.layers()) attend(count, layer, (long) count * (from + count), _ -> table, at);
            }
        }
    }

    /// True if other workers have rows in flight.
    private boolean otherWorkersActive() {
        return rowsInFlight.getAsInt() > rows.size();
    }

    @Override
    public List<Row> compact() {
        for (var row : rows) table(row.slot).growTo(row.fed + 1, pages);
        return List.copyOf(rows);
    }

    @Override
    public void run(List<Row> batch, DeviceMemory logits) {
        int count = batch.size();
        for (int i = 0; i < count; i++) tokens.put(i, batch.get(i).tokens[batch.get(i).fed], batch.get(i).fed);
        tokens.start(count);
        long visible = batch.stream().mapToLong(row -> row.fed + 1).sum();
        KernelClock.start();
        try {
            for (int layer = 0; layer < layout.layers(); layer++) {
                tokens.runPiece(layer, otherWorkersActive());
                for (int i = 0; i < count; i++) write(table(batch.get(i).slot), batch.get(i).fed, i, layer);
                attend(count, layer, visible, i -> table(batch.get(i).slot), i -> batch.get(i).fed);
            }
            tokens.finish(logits, otherWorkersActive());
        } finally {
            KernelClock.stop();
        }
    }

    private void write(PageTable table, int position, int index, int layer) {
        tokens.write(index, layout, table.pages[table.page(position)], layer, table.indexInPage(position));
    }

    /// Computes a layer's attention for `count` tokens, with as many threads as pay off.
    ///
    /// @param visible sum of the visible positions over all tokens
    private void attend(int count, int layer, long visible, IntFunction<PageTable> table, IntUnaryOperator position) {
        int parts = Math.clamp(
                visible * graph.heads() * layout.dim() / minWorkPerThread,
                1,
                Math.min(count, graph.threads(otherWorkersActive())));
        IntConsumer part = p -> {
            for (int i = p * count / parts; i < (p + 1) * count / parts; i++) {
                var of = table.apply(i);
                int at = position.applyAsInt(i);
                tokens.attend(i, attentions[p], of, of.page(at), of.indexInPage(at), layer);
            }
        };
        if (parts == 1) part.accept(0);
        else graph.attentionThreads().runAll(parts, part);
    }

    @Override
    public void releaseSlot(Row row) {
        rows.remove(row);
        var table = table(row.slot);
        tables[row.slot] = null;
        pages.release(table.ownPages);
        if (--table.prompt.users == 0) {
            prompts.remove(table.prompt);
            pages.release(table.prompt.pages);
        }
        if (rows.isEmpty()) pages.trim();
    }

    @Override
    public long tokenBytes() {
        return layout.tokenBytes();
    }

    @Override
    public void close() {
        tokens.close();
        pages.close();
    }
}
