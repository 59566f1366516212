package dev.espalier.engine.onnx.attention;

import dev.espalier.engine.onnx.kv.PageLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Attention of a row's newest position over KV in [Pages]. The order of additions depends on the row only, and
/// products are added with fused multiply-add, so results are bit-identical on every machine, whatever its vector
/// width. Not thread-safe.
public abstract sealed class PagedAttention permits PlainAttention, VectorAttention {
    private static final System.Logger LOG = System.getLogger(PagedAttention.class.getName());
    private static final boolean VECTORS =
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

    /// Exponents below this do not change a float sum of at least 1.
    static final float MIN_EXPONENT = -87;
    static final float LOG2_E = 1.44269504f;
    /// Adding and subtracting this rounds a float to an integer; the lowest bits of the sum are that integer.
    static final float ROUNDING = 12582912;
    /// Coefficients of 2^x for -1/2 ≤ x ≤ 1/2, relative error below 3e-7: the Taylor series, from x^6 down.
    static final float[] POWERS = {
        1.5403530e-4f, 1.3333558e-3f, 9.6181291e-3f, 5.5504109e-2f, 2.4022651e-1f, 6.9314718e-1f, 1
    };
    static final int EXPONENT_SHIFT = 23;

    final PageLayout layout;
    final int heads;
    final float scale;
    final float[] query;
    final float[] output;
    /// `[heads][stride]`; the unused positions of the last block are negative infinity.
    float[] scores = {};
    int stride;

    /// @param heads query heads; each group of `heads / kvHeads` shares keys and values
    PagedAttention(PageLayout layout, int heads) {
        this.layout = layout;
        this.heads = heads;
        scale = (float) (1 / Math.sqrt(layout.dim()));
        query = new float[heads * layout.dim()];
        output = new float[heads * layout.dim()];
    }

    /// Uses SIMD instructions if Java was started with `--add-modules jdk.incubator.vector`. Otherwise it is
    /// slower, with bit-identical results.
    public static PagedAttention of(PageLayout layout, int heads) {
        if (VECTORS) return new VectorAttention(layout, heads);
        LOG.log(
                System.Logger.Level.WARNING,
                "Java was started without --add-modules=jdk.incubator.vector: attention of large models runs without SIMD instructions. Results are the same, but it is several times slower.");
        return new PlainAttention(layout, heads);
    }

    /// Computes the attention of one position.
    ///
    /// @param pages   the row's pages in order
    /// @param counts  used positions of each page
    /// @param last    index of the last page
    /// @param visible    visible positions of the last page
    /// @param queries `[heads][dim]` at byte offset `queryAt`
    /// @param out     receives `[heads][dim]` at byte offset `outAt`
    public final void attend(
            MemorySegment[] pages,
            int[] counts,
            int last,
            int visible,
            int layer,
            MemorySegment queries,
            long queryAt,
            MemorySegment out,
            long outAt) {
        int blocks = 0;
        for (int page = 0; page <= last; page++)
            blocks += Math.ceilDiv(page < last ? counts[page] : visible, PageLayout.BLOCK);
        stride = blocks * PageLayout.BLOCK;
        if (scores.length < heads * stride) scores = new float[Math.max(heads * stride, 2 * scores.length)];
        MemorySegment.copy(queries, ValueLayout.JAVA_FLOAT, queryAt, query, 0, query.length);
        int at = 0;
        for (int page = 0; page <= last; page++) {
            int used = page < last ? counts[page] : visible;
            for (int block = 0; block * PageLayout.BLOCK < used; block++, at += PageLayout.BLOCK) {
                score(pages[page], layout.keys(layer, block), at);
                int known = used - block * PageLayout.BLOCK;
                if (known < PageLayout.BLOCK)
                    for (int head = 0; head < heads; head++)
                        Arrays.fill(
                                scores,
                                head * stride + at + known,
                                head * stride + at + PageLayout.BLOCK,
                                Float.NEGATIVE_INFINITY);
            }
        }
        softmax();
        Arrays.fill(output, 0);
        at = 0;
        for (int page = 0; page <= last; page++) {
            int used = page < last ? counts[page] : visible;
            for (int block = 0; block * PageLayout.BLOCK < used; block++, at += PageLayout.BLOCK)
                addValues(
                        pages[page],
                        layout.values(layer, block),
                        Math.min(PageLayout.BLOCK, used - block * PageLayout.BLOCK),
                        at);
        }
        MemorySegment.copy(output, 0, out, ValueLayout.JAVA_FLOAT, outAt, output.length);
    }

    /// Computes the scores of a block's positions.
    abstract void score(MemorySegment page, long keys, int at);

    /// Replaces all scores by their softmax.
    abstract void softmax();

    /// Adds a block's weighted values.
    abstract void addValues(MemorySegment page, long values, int count, int at);

    /// Sums lanes in a fixed order.
    static float sum(float[] lanes) {
        for (int half = lanes.length / 2; half > 0; half /= 2)
            for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
        return lanes[0];
    }
}
