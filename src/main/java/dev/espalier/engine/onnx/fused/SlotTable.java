package dev.espalier.engine.onnx.fused;

import dev.espalier.engine.onnx.decode.Row;
import dev.espalier.engine.onnx.kv.ContiguousKv;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which row's KV lies where. A row that leaves leaves a hole, and its KV in it: the next one joins where most of its own path lies already,
/// so rows of one problem hardly ever copy their prompt. Holes are closed before a turn, which needs the rows side by side. Used by one thread.
final class SlotTable {
    private final ContiguousKv kv;
    private final Row[] rows;
    /// What was left behind where no row is, and how many of its positions.
    private final @Nullable Row[] left;
    private final int[] positions;
    /// Places from 0 on that hold a row or a hole before one.
    private int used;
    private int count;

    SlotTable(ContiguousKv kv, int most) {
        this.kv = kv;
        rows = new Row[most];
        left = new Row[most];
        positions = new int[most];
    }

    boolean full() {
        return count == rows.length;
    }

    /// Gives a row a place with room for what is given of it.
    ///
    /// @return how many of its first positions lie there already, those of its prompt at least or 0
    int take(Row row) {
        if (count == 0 && kv.shrink()) forget(0);
        int best = 0;
        int most = -1;
        for (int place = 0; place < Math.min(used + 1, rows.length); place++) {
            int there = rows[place] == null ? common(left[place], positions[place], row) : -1;
            if (there > most) {
                best = place;
                most = there;
            }
        }
        if (kv.reserve(Math.max(used, best + 1), row.given, used)) {
            forget(used);
            if (best >= used) most = 0;
        }
        rows[best] = row;
        left[best] = null;
        row.place = best;
        used = Math.max(used, best + 1);
        count++;
        return most;
    }

    private void forget(int from) {
        Arrays.fill(left, from, left.length, null);
    }

    /// How many positions' KV two rows have in common: it follows from their tokens and from where their prompts end.
    private static int common(@Nullable Row there, int positions, Row row) {
        if (there == null || there.bounds[0] != row.bounds[0]) return 0;
        int most = Math.min(positions, row.given);
        int different = Arrays.mismatch(there.tokens, 0, most, row.tokens, 0, most);
        int same = different < 0 ? most : different;
        return same < row.bounds[0] ? 0 : same;
    }

    /// Moves the last rows into the holes, with room for one more token of each.
    ///
    /// @return the rows, in their order
    List<Row> closeUp() {
        for (int hole = 0; hole < count; hole++) {
            if (rows[hole] != null) continue;
            while (rows[used - 1] == null) used--;
            var moved = rows[used - 1];
            kv.move(used - 1, hole, moved.fed);
            leave(moved);
            rows[hole] = moved;
            left[hole] = null;
            moved.place = hole;
            count++;
        }
        used = count;
        int longest = 0;
        for (int place = 0; place < count; place++) longest = Math.max(longest, rows[place].fed + 1);
        if (kv.reserve(count, longest, count)) forget(count);
        return List.of(Arrays.copyOf(rows, count));
    }

    void leave(Row row) {
        rows[row.place] = null;
        left[row.place] = row;
        positions[row.place] = row.fed;
        count--;
    }
}
