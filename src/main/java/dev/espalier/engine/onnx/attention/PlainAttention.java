package dev.espalier.engine.onnx.attention;

import dev.espalier.engine.onnx.kv.PageLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// [PagedAttention] without SIMD instructions.
final class PlainAttention extends PagedAttention {
    private final float[][] parts = new float[4][PageLayout.BLOCK];
    private final float[] lanes = new float[PageLayout.BLOCK];

    PlainAttention(PageLayout layout, int heads) {
        super(layout, heads);
    }

    @Override
    void score(MemorySegment page, long keys, int at) {
        int dim = layout.dim();
        for (int head = 0; head < heads; head++) {
            long from = keys + (long) (head / (heads / layout.kvHeads())) * layout.headBytes();
            for (var part : parts) Arrays.fill(part, 0);
            for (int d = 0; d < dim; d++) {
                float q = query[head * dim + d];
                var part = parts[d % parts.length];
                long row = from + (long) d * PageLayout.BLOCK * Float.BYTES;
                for (int i = 0; i < PageLayout.BLOCK; i++)
                    part[i] = Math.fma(page.get(ValueLayout.JAVA_FLOAT, row + i * Float.BYTES), q, part[i]);
            }
            for (int i = 0; i < PageLayout.BLOCK; i++)
                scores[head * stride + at + i] = (parts[0][i] + parts[1][i] + (parts[2][i] + parts[3][i])) * scale;
        }
    }

    @Override
    void softmax() {
        for (int head = 0; head < heads; head++) {
            int from = head * stride;
            float max = Float.NEGATIVE_INFINITY;
            for (int i = from; i < from + stride; i++) max = Math.max(max, scores[i]);
            Arrays.fill(lanes, 0);
            for (int i = 0; i < stride; i++) {
                float x = Math.max(scores[from + i] - max, MIN_EXPONENT) * LOG2_E;
                float rounded = x + ROUNDING;
                float rest = x - (rounded - ROUNDING);
                float power = POWERS[0];
                for (int term = 1; term < POWERS.length; term++) power = Math.fma(power, rest, POWERS[term]);
                scores[from + i] = Float.intBitsToFloat(
                        Float.floatToRawIntBits(power) + (Float.floatToRawIntBits(rounded) << EXPONENT_SHIFT));
                lanes[i % PageLayout.BLOCK] += scores[from + i];
            }
            float inverseSum = 1 / sum(lanes);
            for (int i = from; i < from + stride; i++) scores[i] *= inverseSum;
        }
    }

    @Override
    void addValues(MemorySegment page, long values, int count, int at) {
        int dim = layout.dim();
        for (int head = 0; head < heads; head++) {
            long from = values + (long) (head / (heads / layout.kvHeads())) * layout.headBytes();
            for (int i = 0; i < count; i++) {
                float weight = scores[head * stride + at + i];
                long row = from + (long) i * dim * Float.BYTES;
                for (int d = 0; d < dim; d++)
                    output[head * dim + d] = Math.fma(
                            page.get(ValueLayout.JAVA_FLOAT, row + d * Float.BYTES), weight, output[head * dim + d]);
            }
        }
    }
}
