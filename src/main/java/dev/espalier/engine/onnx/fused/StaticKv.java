package dev.espalier.engine.onnx.fused;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.onnx.decode.PolicyLimits;
import dev.espalier.engine.onnx.decode.Row;
import dev.espalier.engine.onnx.decode.RowCache;
import dev.espalier.engine.onnx.kv.ContiguousKv;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// A [RowCache] for fused graphs: one contiguous memory, in which each row has its own copy of its prompt's KV.
final class StaticKv implements RowCache {
    private final ModelFolder model;
    private final FusedGraph graph;
    private final DeviceBackend backend;
    private final long budget;
    private final ContiguousKv kv;
    private final SlotTable slots;
    private final DeviceMemory ids;
    private final DeviceMemory mask;
    private final Binding binding = new Binding();

    StaticKv(ModelFolder model, FusedGraph graph, PolicyLimits limits) {
        this.model = model;
        this.graph = graph;
        backend = graph.backend();
        budget = limits.rowBytes();
        int maxRows = limits.rows();
        kv = new ContiguousKv(backend, model, graph.kv(), maxRows);
        slots = new SlotTable(kv, maxRows);
        ids = backend.allocateOnHost((long) Math.max(maxRows, model.shape().context()) * Long.BYTES);
        mask = backend.allocateOnHost((long) maxRows * model.shape().context() * Long.BYTES);
    }

    @Override
    public boolean full() {
        return slots.full();
    }

    @Override
    public boolean fits(List<Row> rows, Row row) {
        int longest = row.maxPositions(model.shape().context());
        for (var other : rows)
            longest = Math.max(longest, other.maxPositions(model.shape().context()));
        return kv.maxBytes(rows.size() + 1, longest) <= budget;
    }

    @Override
    public int assignSlot(Row row) {
        return slots.assign(row);
    }

    @Override
    public void copyIn(DeviceMemory source, Row row, int from, int to) {
        kv.copyIn(source, row.slot, from, to);
    }

    @Override
    public void readPrompt(Row row) {
        int count = row.segmentEnds[0];
        binding.clear();
        for (int i = 0; i < count; i++) {
            ids.segment().setAtIndex(ValueLayout.JAVA_LONG, i, row.tokens[i]);
            mask.segment().setAtIndex(ValueLayout.JAVA_LONG, i, 1);
        }
        binding.input("input_ids", backend.tensor(ids, 0, ElementType.I64, 1, count));
        binding.input("attention_mask", backend.tensor(mask, 0, ElementType.I64, 1, count));
        var memory = kv.wrapRow(row.slot);
        binding.own(List.of(memory));
        kv.bindTensors(memory, binding.inputs, binding.outputs);
        graph.run(binding.inputs, binding.outputs);
        binding.clear();
    }

    @Override
    public List<Row> compact() {
        return slots.compact();
    }

    @Override
    public void run(List<Row> rows, DeviceMemory logits) {
        int count = rows.size();
        binding.clear();
        for (int i = 0; i < count; i++)
            ids.segment().setAtIndex(ValueLayout.JAVA_LONG, i, rows.get(i).tokens[rows.get(i).fed]);
        binding.input("input_ids", backend.tensor(ids, 0, ElementType.I64, count, 1));
        int longest = mask(rows);
        binding.input("attention_mask", backend.tensor(mask, 0, ElementType.I64, count, longest));
        kv.bind(count, binding.inputs, binding.outputs);
        binding.output(
                "logits",
                backend.tensor(
                        logits, 0, graph.logits(), count, 1, model.shape().vocabulary()));
        graph.run(binding.inputs, binding.outputs);
    }

    /// Writes the attention mask.
    ///
    /// @return the number of positions of the longest row
    private int mask(List<Row> rows) {
        int longest = 0;
        for (var row : rows) longest = Math.max(longest, row.fed + 1);
        for (int i = 0; i < rows.size(); i++) {
            long at = (long) i * longest;
            int fed = rows.get(i).fed;
            for (int t = 0; t < longest; t++)
                mask.segment().setAtIndex(ValueLayout.JAVA_LONG, at + t, t <= fed ? 1 : 0);
        }
        return longest;
    }

    @Override
    public void releaseSlot(Row row) {
        slots.release(row);
    }

    @Override
    public long tokenBytes() {
        return kv.tokenBytes();
    }

    @Override
    public void copyOut(int row, int from, int to, DeviceMemory target) {
        kv.copyOut(row, from, to, target);
    }

    @Override
    public void close() {
        binding.clear();
        kv.close();
        ids.close();
        mask.close();
    }
}
