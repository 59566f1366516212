package dev.espalier.engine.onnx;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Rows whose KV lies in [Pages], between a graph's [Pieces]. Rows of one prompt have its pages in common; their own begin behind it.
///
/// A prompt's tokens go through the same kernels as all others, many at once, since a token's numbers do not depend on which others are with it.
final class PagedKv implements RowsKv {
    /// Tokens of a prompt that are read at once.
    private static final int PROMPTED = 64;

    private final Pieces pieces;
    private final DeviceBackend backend;
    private final PageLayout layout;
    private final Pages pages;
    private final Attention attention;
    private final int context;
    private final long budget;
    private final int vocabulary;
    private final List<Prompt> prompts = new ArrayList<>();
    /// By the rows' places.
    private final @Nullable Table[] tables;
    private final List<Row> rows = new ArrayList<>();
    /// Rows in flight, of all workers.
    private final IntSupplier flying;
    private final DeviceMemory ids;
    private final DeviceMemory positions;
    private final DeviceMemory queryKey;
    private final DeviceMemory value;
    private final DeviceMemory attended;
    private final DeviceMemory[] residuals;
    private Tensors tensors;
    /// Most tokens of a run.
    private final int most;

    /// A prompt in flight.
    private static final class Prompt {
        final int[] tokens;
        final List<DeviceMemory> pages = new ArrayList<>();
        int users;

        Prompt(int[] tokens) {
            this.tokens = tokens;
        }
    }

    /// A row's pages: its prompt's, then its own.
    private static final class Table {
        final Prompt prompt;
        final int prompted;
        MemorySegment[] segments = new MemorySegment[4];
        int[] counts = new int[4];
        int count;
        final List<DeviceMemory> own = new ArrayList<>();

        Table(Prompt prompt) {
            this.prompt = prompt;
            prompted = prompt.tokens.length;
            int left = prompted;
            for (var page : prompt.pages) {
                add(page, Math.min(left, PageLayout.POSITIONS));
                left -= PageLayout.POSITIONS;
            }
        }

        void add(DeviceMemory page, int taken) {
            if (count == segments.length) {
                segments = Arrays.copyOf(segments, 2 * count);
                counts = Arrays.copyOf(counts, 2 * count);
            }
            segments[count] = page.segment();
            counts[count++] = taken;
        }

        /// Which page has a position.
        int page(int position) {
            return position < prompted ? position / PageLayout.POSITIONS : prompt.pages.size() + (position - prompted) / PageLayout.POSITIONS;
        }

        int within(int position) {
            return (position < prompted ? position : position - prompted) % PageLayout.POSITIONS;
        }
    }

    /// What pieces read and write for a number of rows.
    private record Tensors(int rows, DeviceTensor ids, DeviceTensor positions, DeviceTensor queryKey, DeviceTensor value, DeviceTensor attended, List<DeviceTensor> residuals) {
        void close() {
            for (var tensor : List.of(ids, positions, queryKey, value, attended)) tensor.close();
            residuals.forEach(DeviceTensor::close);
        }
    }

    /// @param limits of the worker
    /// @param flying rows in flight, of all workers
    PagedKv(Pieces pieces, OnnxPolicy.Limits limits, IntSupplier flying) {
        this.pieces = pieces;
        this.flying = flying;
        backend = pieces.backend();
        var model = pieces.folder();
        layout = new PageLayout(model.layers(), model.kvHeads(), model.headDim());
        pages = new Pages(backend, layout);
        attention = Attention.of(layout, pieces.heads());
        context = model.context();
        vocabulary = model.vocabulary();
        budget = limits.rowBytes();
        tables = new Table[limits.rows()];
        most = Math.max(limits.rows(), PROMPTED);
        ids = backend.allocateOnHost((long) most * Long.BYTES);
        positions = backend.allocateOnHost((long) most * Long.BYTES);
        queryKey = floats(most, queryKeys());
        value = floats(most, keys());
        attended = floats(most, queries());
        residuals = new DeviceMemory[] {floats(most, pieces.width()), floats(most, pieces.width())};
        tensors = tensors(1);
    }

    private int queries() {
        return pieces.heads() * layout.dim();
    }

    private int keys() {
        return layout.kvHeads() * layout.dim();
    }

    private int queryKeys() {
        return queries() + keys();
    }

    private DeviceMemory floats(int rows, int width) {
        return backend.allocateOnHost((long) rows * width * Float.BYTES);
    }

    private Tensors tensors(int count) {
        return new Tensors(count, backend.tensor(ids, 0, ElementType.I64, count, 1), backend.tensor(positions, 0, ElementType.I64, count, 1), tensor(queryKey, count, queryKeys()),
            tensor(value, count, keys()), tensor(attended, count, queries()), List.of(tensor(residuals[0], count, pieces.width()), tensor(residuals[1], count, pieces.width())));
    }

    private DeviceTensor tensor(DeviceMemory memory, int rows, int width) {
        return backend.tensor(memory, 0, ElementType.F32, rows, 1, width);
    }

    @Override
    public boolean full() {
        return rows.size() == tables.length;
    }

    @Override
    public boolean fits(List<Row> others, Row row) {
        long needed = own(row) + (find(row) == null ? PageLayout.pages(row.bounds[0]) : 0);
        for (var other : others) needed += own(other);
        for (var prompt : prompts) needed += prompt.pages.size();
        return needed * layout.pageBytes() <= budget;
    }

    /// The most pages of its own that a row may come to need.
    private int own(Row row) {
        return PageLayout.pages(row.most(context) - row.bounds[0]);
    }

    private @Nullable Prompt find(Row row) {
        int length = row.bounds[0];
        for (var prompt : prompts) if (Arrays.equals(prompt.tokens, 0, prompt.tokens.length, row.tokens, 0, length)) return prompt;
        return null;
    }

    @Override
    public int take(Row row) {
        var prompt = find(row);
        boolean there = prompt != null;
        if (prompt == null) {
            prompt = new Prompt(Arrays.copyOf(row.tokens, row.bounds[0]));
            pages.take(PageLayout.pages(row.bounds[0]), prompt.pages);
            prompts.add(prompt);
        }
        prompt.users++;
        int place = 0;
        while (tables[place] != null) place++;
        tables[place] = new Table(prompt);
        row.place = place;
        rows.add(row);
        return there ? row.bounds[0] : 0;
    }

    private Table table(Row row) {
        return table(row.place);
    }

    private Table table(int place) {
        var table = tables[place];
        if (table == null) throw new IllegalStateException("no row has the place " + place);
        return table;
    }

    /// Makes room up to a position, all of it taken.
    private void reach(Table table, int end) {
        if (end <= table.prompted) return;
        int own = end - table.prompted;
        while (table.own.size() < PageLayout.pages(own)) {
            var page = pages.take();
            table.own.add(page);
            table.add(page, 0);
        }
        for (int i = 0; i < table.own.size(); i++) table.counts[table.prompt.pages.size() + i] = Math.clamp(own - i * PageLayout.POSITIONS, 0, PageLayout.POSITIONS);
    }

    @Override
    public void copyIn(DeviceMemory source, Row row, int from, int to) {
        var table = table(row);
        reach(table, to);
        copy(table, source.segment(), from, to, true);
    }

    @Override
    public void copyOut(int row, int from, int to, DeviceMemory target) {
        copy(table(row), target.segment(), from, to, false);
    }

    private void copy(Table table, MemorySegment other, int from, int to, boolean in) {
        int position = from;
        while (position < to) {
            int end = position < table.prompted ? Math.min(to, table.prompted) : to;
            int within = table.within(position);
            int count = Math.min(end - position, PageLayout.POSITIONS - within);
            layout.copy(table.segments[table.page(position)], within, count, other, position - from, to - from, in);
            position += count;
        }
    }

    @Override
    public void readPrompt(Row row) {
        KernelClock.start();
        try {
            read(row, table(row));
        } finally {
            KernelClock.stop();
        }
    }

    private void read(Row row, Table table) {
        int end = row.bounds[0];
        for (int from = 0; from < end; from += most) {
            int count = Math.min(most, end - from);
            for (int i = 0; i < count; i++) put(i, row.tokens[from + i], from + i);
            start(count);
            for (int layer = 0; layer < layout.layers(); layer++) {
                ask(layer);
                for (int i = 0; i < count; i++) write(table, from + i, i, layer);
                // Of the last layer only KV is wanted.
                if (layer + 1 < layout.layers()) for (int i = 0; i < count; i++) attend(table, from + i, i, layer);
            }
        }
    }

    @Override
    public List<Row> closeUp() {
        for (var row : rows) reach(table(row), row.fed + 1);
        return List.copyOf(rows);
    }

    @Override
    public void run(List<Row> batch, DeviceMemory logits) {
        int count = batch.size();
        for (int i = 0; i < count; i++) put(i, batch.get(i).tokens[batch.get(i).fed], batch.get(i).fed);
        start(count);
        KernelClock.start();
        try (var ends = backend.tensor(logits, 0, ElementType.F32, count, 1, vocabulary)) {
            for (int layer = 0; layer < layout.layers(); layer++) {
                ask(layer);
                for (int i = 0; i < count; i++) {
                    var table = table(batch.get(i));
                    write(table, batch.get(i).fed, i, layer);
                    attend(table, batch.get(i).fed, i, layer);
                }
            }
            run(layout.layers(), Map.of("logits", ends));
        } finally {
            KernelClock.stop();
        }
    }

    private void put(int index, int token, int position) {
        ids.segment().setAtIndex(ValueLayout.JAVA_LONG, index, token);
        positions.segment().setAtIndex(ValueLayout.JAVA_LONG, index, position);
    }

    private void start(int count) {
        if (tensors.rows == count) return;
        tensors.close();
        tensors = tensors(count);
    }

    /// Up to a layer's attention.
    private void ask(int layer) {
        run(layer, Map.of("query_key", tensors.queryKey, "value", tensors.value, "passed", tensors.residuals.get(layer % 2)));
    }

    private void run(int piece, Map<String, DeviceTensor> outputs) {
        pieces.run(piece, flying.getAsInt() > rows.size(), inputs(piece), outputs);
    }

    private Map<String, DeviceTensor> inputs(int piece) {
        if (piece == 0) return Map.of("input_ids", tensors.ids, "position_ids", tensors.positions);
        var residual = tensors.residuals.get((piece + 1) % 2);
        return piece == layout.layers() ? Map.of("attended", tensors.attended, "residual", residual)
            : Map.of("attended", tensors.attended, "residual", residual, "position_ids", tensors.positions);
    }

    private void write(Table table, int position, int index, int layer) {
        layout.write(table.segments[table.page(position)], layer, table.within(position), queryKey.segment(), ((long) index * queryKeys() + queries()) * Float.BYTES,
            value.segment(), (long) index * keys() * Float.BYTES);
    }

    private void attend(Table table, int position, int index, int layer) {
        int page = table.page(position);
        attention.row(table.segments, table.counts, page, table.within(position) + 1, layer, queryKey.segment(), (long) index * queryKeys() * Float.BYTES,
            attended.segment(), (long) index * queries() * Float.BYTES);
    }

    @Override
    public void leave(Row row) {
        rows.remove(row);
        var table = table(row);
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
        tensors.close();
        pages.close();
        for (var memory : List.of(ids, positions, queryKey, value, attended, residuals[0], residuals[1])) memory.close();
    }
}
