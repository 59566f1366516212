package dev.espalier.engine.onnx.kv;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Layout of a page with the KV of [#POSITIONS] positions of all layers, in f32. For each layer it has the keys of all
/// blocks of [#BLOCK] positions, then their values. A block of keys is `[head][dim][position]`, so that one vector
/// instruction multiplies an element of the query with many positions. A block of values is `[head][position][dim]`.
/// Attention reads both sequentially.
public record PageLayout(int layers, int kvHeads, int dim) {
    static final int POSITIONS = 64;
    public static final int BLOCK = 16;

    /// Bytes of one head's keys or values in a block.
    public int headBytes() {
        return dim * BLOCK * Float.BYTES;
    }

    long blockBytes() {
        return (long) kvHeads * headBytes();
    }

    private long partBytes() {
        return POSITIONS / BLOCK * blockBytes();
    }

    public long pageBytes() {
        return 2 * layers * partBytes();
    }

    /// Bytes of one token over all layers.
    public long tokenBytes() {
        return 2L * layers * kvHeads * dim * Float.BYTES;
    }

    public long keys(int layer, int block) {
        return 2 * layer * partBytes() + block * blockBytes();
    }

    public long values(int layer, int block) {
        return keys(layer, block) + partBytes();
    }

    public static int pages(int positions) {
        return Math.ceilDiv(positions, POSITIONS);
    }

    /// Writes the key and value of a position.
    ///
    /// @param key   byte offset in `keys`
    /// @param value byte offset in `values`
    public void write(
            MemorySegment page,
            int layer,
            int position,
            MemorySegment keys,
            long key,
            MemorySegment values,
            long value) {
        long keyAt = keys(layer, position / BLOCK) + position % BLOCK * Float.BYTES;
        for (int i = 0; i < kvHeads * dim; i++)
            page.set(
                    ValueLayout.JAVA_FLOAT,
                    keyAt + (long) i * BLOCK * Float.BYTES,
                    keys.get(ValueLayout.JAVA_FLOAT, key + (long) i * Float.BYTES));
        long valueAt = values(layer, position / BLOCK) + (long) position % BLOCK * dim * Float.BYTES;
        for (int head = 0; head < kvHeads; head++)
            MemorySegment.copy(
                    values,
                    value + (long) head * dim * Float.BYTES,
                    page,
                    valueAt + (long) head * headBytes(),
                    (long) dim * Float.BYTES);
    }

    /// Copies positions between a page and `[layer][key, value][head][position][dim]`.
    ///
    /// @param from  first position in the page
    /// @param first first position in the other memory
    /// @param total number of positions in the other memory
    /// @param in    true to copy into the page
    public void copy(MemorySegment page, int from, int count, MemorySegment other, int first, int total, boolean in) {
        for (int layer = 0; layer < layers; layer++)
            for (int head = 0; head < kvHeads; head++) {
                long keys = ((2L * layer * kvHeads + head) * total + first) * dim * Float.BYTES;
                long values = keys + (long) kvHeads * total * dim * Float.BYTES;
                for (int i = 0; i < count; i++) {
                    int block = (from + i) / BLOCK;
                    int index = (from + i) % BLOCK;
                    long keyAt = keys(layer, block) + (long) head * headBytes() + index * Float.BYTES;
                    for (int d = 0; d < dim; d++) {
                        long here = keyAt + (long) d * BLOCK * Float.BYTES;
                        long there = keys + ((long) i * dim + d) * Float.BYTES;
                        if (in) page.set(ValueLayout.JAVA_FLOAT, here, other.get(ValueLayout.JAVA_FLOAT, there));
                        else other.set(ValueLayout.JAVA_FLOAT, there, page.get(ValueLayout.JAVA_FLOAT, here));
                    }
                    long here = values(layer, block) + (long) head * headBytes() + (long) index * dim * Float.BYTES;
                    long there = values + (long) i * dim * Float.BYTES;
                    if (in) MemorySegment.copy(other, there, page, here, (long) dim * Float.BYTES);
                    else MemorySegment.copy(page, here, other, there, (long) dim * Float.BYTES);
                }
            }
    }
}
