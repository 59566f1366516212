package dev.espalier.engine.onnx.fused;

import dev.espalier.engine.onnx.decode.Row;
import dev.espalier.engine.onnx.kv.ContiguousKv;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Assigns rows to slots of a [ContiguousKv]. A row that leaves frees its slot but its KV stays there. A new row takes
/// the free slot with the longest common prefix, so rows of one problem hardly ever copy their prompt. Rows are
/// compacted before a turn, which needs contiguous slots. Not thread-safe.
final class SlotTable {
    private final ContiguousKv kv;
    private final Row[] rows;
    /// The row whose KV is in a free slot, null for none.
    private final @Nullable Row[] previous;
    /// The number of its positions in a free slot.
    private final int[] positions;
    /// Slots up to the last used one.
    private int used;
    private int count;

    SlotTable(ContiguousKv kv, int maxRows) {
        this.kv = kv;
        rows = new Row[maxRows];
        previous = new Row[maxRows];
        positions = new int[maxRows];
    }

    boolean full() {
        return count == rows.length;
    }

    /// Assigns a slot with room for a row's input.
    ///
    /// @return the number of its first positions whose KV is in the slot already: at least the prompt's, or 0
    int assign(Row row) {
        if (count == 0 && kv.shrink()) forget(0);
        int best = 0;
        int maxRows = -1;
        for (int slot = 0; slot < Math.min(used + 1, rows.length); slot++) {
            int match = rows[slot] == null ? common(previous[slot], positions[slot], row) : -1;
            if (match > maxRows) {
                best = slot;
                maxRows = match;
            }
        }
        if (kv.reserve(Math.max(used, best + 1), row.inputLength, used)) {
            forget(used);
            if (best >= used) maxRows = 0;
        }
        rows[best] = row;
        previous[best] = null;
        row.slot = best;
        used = Math.max(used, best + 1);
        count++;
        return maxRows;
    }

    private void forget(int from) {
        Arrays.fill(previous, from, previous.length, null);
    }

    /// The number of positions whose KV two rows share. It depends on their tokens and on the ends of their
    /// prompts.
    private static int common(@Nullable Row match, int positions, Row row) {
        if (match == null || match.segmentEnds[0] != row.segmentEnds[0]) return 0;
        int maxRows = Math.min(positions, row.inputLength);
        int different = Arrays.mismatch(match.tokens, 0, maxRows, row.tokens, 0, maxRows);
        int same = different < 0 ? maxRows : different;
        return same < row.segmentEnds[0] ? 0 : same;
    }

    /// Moves the last rows into free slots, and makes room for one more token of each row.
    ///
    /// @return the rows in the order of their slots
    List<Row> compact() {
        for (int free = 0; free < count; free++) {
            if (rows[free] != null) continue;
            while (rows[used - 1] == null) used--;
            var moved = rows[used - 1];
            kv.move(used - 1, free, moved.fed);
            release(moved);
            rows[free] = moved;
            previous[free] = null;
            moved.slot = free;
            count++;
        }
        used = count;
        int longest = 0;
        for (int slot = 0; slot < count; slot++) longest = Math.max(longest, rows[slot].fed + 1);
        if (kv.reserve(count, longest, count)) forget(count);
        return List.of(Arrays.copyOf(rows, count));
    }

    void release(Row row) {
        rows[row.slot] = null;
        previous[row.slot] = row;
        positions[row.slot] = row.fed;
        count--;
    }
}
