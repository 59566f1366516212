package dev.espalier.engine.onnx.attention;

import dev.espalier.engine.onnx.kv.PageLayout;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [PagedAttention] with SIMD instructions.
final class VectorAttention extends PagedAttention {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED.length() > PageLayout.BLOCK
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = LANES * Float.BYTES;
    private static final int ROW = PageLayout.BLOCK * Float.BYTES;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private final float[] lanes = new float[PageLayout.BLOCK];

    VectorAttention(PageLayout layout, int heads) {
        super(layout, heads);
    }

    @Override
    void score(MemorySegment page, long keys, int at) {
        int dim = layout.dim();
        int groupSize = heads / layout.kvHeads();
        for (int head = 0; head < heads; head++) {
            long from = keys + (long) (head / groupSize) * layout.headBytes();
            int q = head * dim;
            for (int part = 0; part < PageLayout.BLOCK / LANES; part++, from += BYTES) {
                var a = FloatVector.zero(SPECIES);
                var b = a;
                var c = a;
                var d = a;
                long row = from;
                for (int i = 0; i < dim; i += 4, row += 4 * ROW) {
                    a = load(page, row).fma(FloatVector.broadcast(SPECIES, query[q + i]), a);
                    b = load(page, row + ROW).fma(FloatVector.broadcast(SPECIES, query[q + i + 1]), b);
                    c = load(page, row + 2 * ROW).fma(FloatVector.broadcast(SPECIES, query[q + i + 2]), c);
                    d = load(page, row + 3 * ROW).fma(FloatVector.broadcast(SPECIES, query[q + i + 3]), d);
                }
                a.add(b).add(c.add(d)).mul(scale).intoArray(scores, head * stride + at + part * LANES);
            }
        }
    }

    private static FloatVector load(MemorySegment page, long at) {
        return FloatVector.fromMemorySegment(SPECIES, page, at, ORDER);
    }

    @Override
    void softmax() {
        for (int head = 0; head < heads; head++) softmax(head * stride, head * stride + stride);
    }

    private void softmax(int from, int to) {
        var maxima = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int i = from; i < to; i += LANES) maxima = maxima.max(FloatVector.fromArray(SPECIES, scores, i));
        float max = maxima.reduceLanes(VectorOperators.MAX);
        Arrays.fill(lanes, 0);
        for (int part = 0; part < PageLayout.BLOCK; part += LANES) {
            var sum = FloatVector.zero(SPECIES);
            for (int i = from + part; i < to; i += PageLayout.BLOCK) {
                var weights = exp(FloatVector.fromArray(SPECIES, scores, i).sub(max));
                weights.intoArray(scores, i);
                sum = sum.add(weights);
            }
            sum.intoArray(lanes, part);
        }
        float inverseSum = 1 / sum(lanes);
        for (int i = from; i < to; i += LANES)
            FloatVector.fromArray(SPECIES, scores, i).mul(inverseSum).intoArray(scores, i);
    }

    private static FloatVector exp(FloatVector numbers) {
        var x = numbers.max(MIN_EXPONENT).mul(LOG2_E);
        var rounded = x.add(ROUNDING);
        var rest = x.sub(rounded.sub(ROUNDING));
        var power = FloatVector.broadcast(SPECIES, POWERS[0]);
        for (int term = 1; term < POWERS.length; term++)
            power = power.fma(rest, FloatVector.broadcast(SPECIES, POWERS[term]));
        return power.reinterpretAsInts()
                .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, EXPONENT_SHIFT))
                .reinterpretAsFloats();
    }

    @Override
    void addValues(MemorySegment page, long values, int count, int at) {
        int dim = layout.dim();
        int groupSize = heads / layout.kvHeads();
        for (int head = 0; head < heads; head++) {
            long from = values + (long) (head / groupSize) * layout.headBytes();
            int weights = head * stride + at;
            int to = head * dim;
            int d = 0;
            for (; d + 4 * LANES <= dim; d += 4 * LANES)
                addFour(page, from + (long) d * Float.BYTES, count, weights, to + d);
            for (; d < dim; d += LANES) addOne(page, from + (long) d * Float.BYTES, count, weights, to + d);
        }
    }

    private void addFour(MemorySegment page, long from, int count, int weights, int to) {
        var a = FloatVector.fromArray(SPECIES, output, to);
        var b = FloatVector.fromArray(SPECIES, output, to + LANES);
        var c = FloatVector.fromArray(SPECIES, output, to + 2 * LANES);
        var d = FloatVector.fromArray(SPECIES, output, to + 3 * LANES);
        long row = from;
        for (int i = 0; i < count; i++, row += (long) layout.dim() * Float.BYTES) {
            var weight = FloatVector.broadcast(SPECIES, scores[weights + i]);
            a = load(page, row).fma(weight, a);
            b = load(page, row + BYTES).fma(weight, b);
            c = load(page, row + 2 * BYTES).fma(weight, c);
            d = load(page, row + 3 * BYTES).fma(weight, d);
        }
        a.intoArray(output, to);
        b.intoArray(output, to + LANES);
        c.intoArray(output, to + 2 * LANES);
        d.intoArray(output, to + 3 * LANES);
    }

    private void addOne(MemorySegment page, long from, int count, int weights, int to) {
        var sum = FloatVector.fromArray(SPECIES, output, to);
        long row = from;
        for (int i = 0; i < count; i++, row += (long) layout.dim() * Float.BYTES)
            sum = load(page, row).fma(FloatVector.broadcast(SPECIES, scores[weights + i]), sum);
        sum.intoArray(output, to);
    }
}
