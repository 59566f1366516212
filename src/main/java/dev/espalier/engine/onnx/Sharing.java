package dev.espalier.engine.onnx;

import dev.espalier.engine.ModelFolder;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.ElementType;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;

/// What a shared graph needs to know of the rows: which prompt each stands behind, and how much of its own it has.
///
/// Inputs, for G prompts in flight, at most R rows behind one of them, and B rows: `position_ids` [B,1]; `own_length` [B], places of the row's own
/// KV that are taken; `own_first` [1,1,1,T], true at 0, T the longest row's places with the new token's; `group_rows` [G,R], rows behind each
/// prompt (any row where there are fewer); `row_slot` [B], a row's place in that table; `prompt_mask` [G,1,1,P], 0 for a prompt's tokens, else very low;
/// `prompt.{i}.key|value` [G,heads,P,headDim].
final class Sharing implements AutoCloseable {
    /// What a softmax makes zero.
    private static final float NEVER = -1e9f;
    /// One row alone would go through another kernel than several do, with other bits.
    private static final int FEWEST_ROWS = 2;

    private final DeviceBackend backend;
    private final SharedPrompts prompts;
    private final DeviceMemory positions;
    private final DeviceMemory lengths;
    private final DeviceMemory first;
    private final DeviceMemory groups;
    private final DeviceMemory slots;
    private final DeviceMemory mask;

    /// @param most rows, and prompts, in flight
    Sharing(DeviceBackend backend, ModelFolder model, SharedPrompts prompts, int most) {
        this.backend = backend;
        this.prompts = prompts;
        int longest = model.context() + SharedPrompts.BLOCK;
        positions = backend.allocateOnHost((long) most * Long.BYTES);
        lengths = backend.allocateOnHost((long) most * Integer.BYTES);
        first = backend.allocateOnHost(longest);
        first.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        groups = backend.allocateOnHost((long) most * Math.max(most, FEWEST_ROWS) * Long.BYTES);
        slots = backend.allocateOnHost((long) most * Long.BYTES);
        mask = backend.allocateOnHost((long) most * longest * Float.BYTES);
    }

    /// Adds the inputs.
    ///
    /// @param own receives tensors that the caller closes
    void bind(List<Row> rows, Map<String, DeviceTensor> inputs, List<DeviceTensor> own) {
        int count = rows.size();
        int longest = 0;
        for (int i = 0; i < count; i++) {
            var row = rows.get(i);
            int taken = row.fed - row.shift;
            longest = Math.max(longest, taken + 1);
            positions.segment().setAtIndex(ValueLayout.JAVA_LONG, i, row.fed);
            lengths.segment().setAtIndex(ValueLayout.JAVA_INT, i, taken);
        }
        group(rows, inputs, own);
        add("position_ids", positions, ElementType.I64, inputs, own, count, 1);
        add("own_length", lengths, ElementType.I32, inputs, own, count);
        add("own_first", first, ElementType.BOOL, inputs, own, 1, 1, 1, longest);
        add("row_slot", slots, ElementType.I64, inputs, own, count);
        prompts.kv().bindInputs(prompts.all().size(), "prompt.", inputs);
    }

    private void group(List<Row> rows, Map<String, DeviceTensor> inputs, List<DeviceTensor> own) {
        var all = prompts.all();
        var sizes = new int[all.size()];
        for (var row : rows) sizes[all.indexOf(row.prompt)]++;
        int each = FEWEST_ROWS;
        for (int size : sizes) each = Math.max(each, size);
        groups.segment().asSlice(0, (long) all.size() * each * Long.BYTES).fill((byte) 0);
        var filled = new int[all.size()];
        for (int i = 0; i < rows.size(); i++) {
            int group = all.indexOf(rows.get(i).prompt);
            int slot = group * each + filled[group]++;
            groups.segment().setAtIndex(ValueLayout.JAVA_LONG, slot, i);
            slots.segment().setAtIndex(ValueLayout.JAVA_LONG, i, slot);
        }
        add("group_rows", groups, ElementType.I64, inputs, own, all.size(), each);
        int length = prompts.kv().length();
        for (int g = 0; g < all.size(); g++) for (int t = 0; t < length; t++)
            mask.segment().setAtIndex(ValueLayout.JAVA_FLOAT, (long) g * length + t, t < all.get(g).length() ? 0 : NEVER);
        add("prompt_mask", mask, ElementType.F32, inputs, own, all.size(), 1, 1, length);
    }

    private void add(String name, DeviceMemory memory, ElementType element, Map<String, DeviceTensor> inputs, List<DeviceTensor> own, long... shape) {
        var tensor = backend.tensor(memory, 0, element, shape);
        own.add(tensor);
        inputs.put(name, tensor);
    }

    @Override
    public void close() {
        for (var memory : List.of(positions, lengths, first, groups, slots, mask)) memory.close();
    }
}
