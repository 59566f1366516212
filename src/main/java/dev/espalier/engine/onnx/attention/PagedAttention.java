package dev.espalier.engine.onnx.attention;

import dev.espalier.engine.onnx.kv.PageLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Attention of a row's newest position over KV in [Pages]. All sums are taken in an order that depends on the row alone, and all products are
/// added with one rounding, so the bits are the same on every machine, whatever its vectors. Used by one thread.
public abstract sealed class PagedAttention permits PlainAttention, VectorAttention {
    private static final System.Logger LOG = System.getLogger(PagedAttention.class.getName());
    private static final boolean VECTORS = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

    /// e to this is no number that a sum of at least 1 would see.
    static final float LEAST = -87;
    static final float LOG2_E = 1.44269504f;
    /// What added and taken away leaves a whole number; its last bits are that number's.
    static final float ROUND = 12582912;
    /// 2 to the x for -1/2 ≤ x ≤ 1/2, relative error below 3e-7: Taylor's series, from x^6 on.
    static final float[] POWERS = {1.5403530e-4f, 1.3333558e-3f, 9.6181291e-3f, 5.5504109e-2f, 2.4022651e-1f, 6.9314718e-1f, 1};
    static final int EXPONENT = 23;

    final PageLayout layout;
    final int heads;
    final float scale;
    final float[] query;
    final float[] found;
    /// By head, then position; the last block's places behind the last position are taken as far below all others.
    float[] scores = {};
    int stride;

    /// @param heads of queries; each `heads / kvHeads` have their keys and values in common
    PagedAttention(PageLayout layout, int heads) {
        this.layout = layout;
        this.heads = heads;
        scale = (float) (1 / Math.sqrt(layout.dim()));
        query = new float[heads * layout.dim()];
        found = new float[heads * layout.dim()];
    }

    /// With the processor's vectors where Java was started with them (`--add-modules jdk.incubator.vector`); else slower, to the same bits.
    public static PagedAttention of(PageLayout layout, int heads) {
        if (VECTORS) return new VectorAttention(layout, heads);
        LOG.log(System.Logger.Level.WARNING, "Java was started without --add-modules=jdk.incubator.vector: large models' attention is computed without the processor's vectors, to the same results but several times as slowly.");
        return new PlainAttention(layout, heads);
    }

    /// @param pages   in their order
    /// @param counts  positions of each that are taken
    /// @param last    the last page, of which so many positions are seen
    /// @param queries `[heads][dim]`, from a byte on
    /// @param out     receives as much
    public final void row(MemorySegment[] pages, int[] counts, int last, int seen, int layer, MemorySegment queries, long queryAt, MemorySegment out, long outAt) {
        int blocks = 0;
        for (int page = 0; page <= last; page++) blocks += Math.ceilDiv(page < last ? counts[page] : seen, PageLayout.BLOCK);
        stride = blocks * PageLayout.BLOCK;
        if (scores.length < heads * stride) scores = new float[Math.max(heads * stride, 2 * scores.length)];
        MemorySegment.copy(queries, ValueLayout.JAVA_FLOAT, queryAt, query, 0, query.length);
        int at = 0;
        for (int page = 0; page <= last; page++) {
            int taken = page < last ? counts[page] : seen;
            for (int block = 0; block * PageLayout.BLOCK < taken; block++, at += PageLayout.BLOCK) {
                score(pages[page], layout.keys(layer, block), at);
                int known = taken - block * PageLayout.BLOCK;
                if (known < PageLayout.BLOCK) for (int head = 0; head < heads; head++) Arrays.fill(scores, head * stride + at + known, head * stride + at + PageLayout.BLOCK, Float.NEGATIVE_INFINITY);
            }
        }
        weigh();
        Arrays.fill(found, 0);
        at = 0;
        for (int page = 0; page <= last; page++) {
            int taken = page < last ? counts[page] : seen;
            for (int block = 0; block * PageLayout.BLOCK < taken; block++, at += PageLayout.BLOCK)
                add(pages[page], layout.values(layer, block), Math.min(PageLayout.BLOCK, taken - block * PageLayout.BLOCK), at);
        }
        MemorySegment.copy(found, 0, out, ValueLayout.JAVA_FLOAT, outAt, found.length);
    }

    /// Scores a block's positions.
    abstract void score(MemorySegment page, long keys, int at);

    /// Makes weights of all scores.
    abstract void weigh();

    /// Adds a block's values, weighed.
    abstract void add(MemorySegment page, long values, int count, int at);

    /// The sum of the lanes of a head's weights, always in the same order.
    static float sum(float[] lanes) {
        for (int half = lanes.length / 2; half > 0; half /= 2) for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
        return lanes[0];
    }
}
