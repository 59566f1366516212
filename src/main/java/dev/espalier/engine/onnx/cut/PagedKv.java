package dev.espalier.engine.onnx.cut;

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

/// Rows whose KV lies in [Pages], between a graph's [SplitGraph]. Rows of one prompt have its pages in common; their own begin behind it.
///
/// A prompt's tokens go through the same kernels as all others, many at once, since a token's numbers do not depend on which others are with it.
final class PagedKv implements RowCache {
    /// Tokens of a prompt that are read at once.
    private static final int PROMPTED = 64;

    private final PieceTokens tokens;
    private final PageLayout layout;
    private final Pages pages;
    private final SplitGraph pieces;
    /// One for each thread.
    private final PagedAttention[] attentions;
    private final int context;
    private final long budget;
    /// Rows in flight, of all workers.
    private final IntSupplier flying;
    private final long worthThread;
    private final List<Row> rows = new ArrayList<>();
    private final List<PageTable.Prompt> prompts = new ArrayList<>();
    /// By the rows' places.
    private final @Nullable PageTable[] tables;

    /// @param limits      of the worker
    /// @param flying      rows in flight, of all workers
    /// @param worthThread numbers of keys whose attention is worth waking another thread for
    PagedKv(SplitGraph pieces, PolicyLimits limits, IntSupplier flying, long worthThread) {
        this.flying = flying;
        this.worthThread = worthThread;
        var model = pieces.folder();
        layout = new PageLayout(model.shape().layers(), model.shape().kvHeads(), model.shape().headDim());
        pages = new Pages(pieces.backend(), layout);
        this.pieces = pieces;
        attentions = Stream.generate(() -> PagedAttention.of(layout, pieces.heads())).limit(pieces.threads(false)).toArray(PagedAttention[]::new);
        context = model.shape().context();
        budget = limits.rowBytes();
        tables = new PageTable[limits.rows()];
        tokens = new PieceTokens(pieces, Math.max(limits.rows(), PROMPTED));
    }

    @Override
    public boolean full() {
        return rows.size() == tables.length;
    }

    @Override
    public boolean fits(List<Row> others, Row row) {
        long needed = (long) own(row) + (find(row) == null ? PageLayout.pages(row.bounds[0]) : 0);
        for (var other : others) needed += own(other);
        for (var prompt : prompts) needed += prompt.pages.size();
        return needed * layout.pageBytes() <= budget;
    }

    /// The most pages of its own that a row may come to need.
    private int own(Row row) {
        return PageLayout.pages(row.most(context) - row.bounds[0]);
    }

    private PageTable.@Nullable Prompt find(Row row) {
        for (var prompt : prompts) if (Arrays.equals(prompt.tokens, 0, prompt.tokens.length, row.tokens, 0, row.bounds[0])) return prompt;
        return null;
    }

    @Override
    public int take(Row row) {
        var prompt = find(row);
        boolean there = prompt != null;
        if (prompt == null) {
            prompt = new PageTable.Prompt(Arrays.copyOf(row.tokens, row.bounds[0]));
            pages.take(PageLayout.pages(row.bounds[0]), prompt.pages);
            prompts.add(prompt);
        }
        prompt.users++;
        int place = 0;
        while (tables[place] != null) place++;
        tables[place] = new PageTable(prompt);
        row.place = place;
        rows.add(row);
        return there ? row.bounds[0] : 0;
    }

    private PageTable table(int place) {
        var table = tables[place];
        if (table == null) throw new IllegalStateException("no row has the place " + place);
        return table;
    }

    @Override
    public void copyIn(DeviceMemory source, Row row, int from, int to) {
        table(row.place).reach(to, pages);
        copy(row.place, source.segment(), from, to, true);
    }

    @Override
    public void copyOut(int row, int from, int to, DeviceMemory target) {
        copy(row, target.segment(), from, to, false);
    }

    private void copy(int place, MemorySegment other, int from, int to, boolean in) {
        var table = table(place);
        for (int position = from; position < to; ) {
            int count = table.together(position, to);
            layout.copy(table.pages[table.page(position)], table.within(position), count, other, position - from, to - from, in);
            position += count;
        }
    }

    @Override
    public void readPrompt(Row row) {
        KernelClock.start();
        try {
            read(row, table(row.place));
        } finally {
            KernelClock.stop();
        }
    }

    private void read(Row row, PageTable table) {
        int end = row.bounds[0];
        for (int from = 0; from < end; from += tokens.most()) {
            int count = Math.min(tokens.most(), end - from);
            int first = from;
            IntUnaryOperator at = i -> first + i;
            for (int i = 0; i < count; i++) tokens.put(i, row.tokens[from + i], from + i);
            tokens.start(count);
            for (int layer = 0; layer < layout.layers(); layer++) {
                tokens.ask(layer, others());
                for (int i = 0; i < count; i++) write(table, from + i, i, layer);
                // Of the last layer only KV is wanted.
                if (layer + 1 < layout.layers()) attend(count, layer, (long) count * (from + count), _ -> table, at);
            }
        }
    }

    /// Whether other workers are at it too.
    private boolean others() {
        return flying.getAsInt() > rows.size();
    }

    @Override
    public List<Row> closeUp() {
        for (var row : rows) table(row.place).reach(row.fed + 1, pages);
        return List.copyOf(rows);
    }

    @Override
    public void run(List<Row> batch, DeviceMemory logits) {
        int count = batch.size();
        for (int i = 0; i < count; i++) tokens.put(i, batch.get(i).tokens[batch.get(i).fed], batch.get(i).fed);
        tokens.start(count);
        long seen = batch.stream().mapToLong(row -> row.fed + 1).sum();
        KernelClock.start();
        try {
            for (int layer = 0; layer < layout.layers(); layer++) {
                tokens.ask(layer, others());
                for (int i = 0; i < count; i++) write(table(batch.get(i).place), batch.get(i).fed, i, layer);
                attend(count, layer, seen, i -> table(batch.get(i).place), i -> batch.get(i).fed);
            }
            tokens.finish(logits, others());
        } finally {
            KernelClock.stop();
        }
    }

    private void write(PageTable table, int position, int index, int layer) {
        tokens.write(index, layout, table.pages[table.page(position)], layer, table.within(position));
    }

    /// The attention of some tokens of a layer, in as many threads as it is worth.
    ///
    /// @param seen positions that they see, all together
    private void attend(int count, int layer, long seen, IntFunction<PageTable> table, IntUnaryOperator position) {
        int parts = Math.clamp(seen * pieces.heads() * layout.dim() / worthThread, 1, Math.min(count, pieces.threads(others())));
        IntConsumer part = p -> {
            for (int i = p * count / parts; i < (p + 1) * count / parts; i++) {
                var of = table.apply(i);
                int at = position.applyAsInt(i);
                tokens.attend(i, attentions[p], of, of.page(at), of.within(at), layer);
            }
        };
        if (parts == 1) part.accept(0);
        else pieces.attentionThreads().share(parts, part);
    }

    @Override
    public void leave(Row row) {
        rows.remove(row);
        var table = table(row.place);
        tables[row.place] = null;
        pages.give(table.own);
        if (--table.prompt.users == 0) {
            prompts.remove(table.prompt);
            pages.give(table.prompt.pages);
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
