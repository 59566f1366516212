package dev.espalier.engine.onnx.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.engine.onnx.kv.PageLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Compares paged attention with its definition, and with and without SIMD instructions.
class PagedAttentionTest {
    private static final int LAYERS = 2;

    /// Keys and values `[position][head][dim]`, and the pages that hold them. Unused positions hold large numbers.
    private record Kv(PageLayout layout, MemorySegment[] pages, int[] counts, float[][][] keys, float[][][] values) {
        static Kv random(Arena arena, PageLayout layout, int[] counts, Random random, int layer) {
            int positions = Arrays.stream(counts).sum();
            var kv = new Kv(
                    layout,
                    new MemorySegment[counts.length],
                    counts,
                    new float[positions][layout.kvHeads()][layout.dim()],
                    new float[positions][layout.kvHeads()][layout.dim()]);
            int at = 0;
            for (int page = 0; page < counts.length; page++) {
                kv.pages[page] = arena.allocate(layout.pageBytes(), 64);
                for (long i = 0; i < layout.pageBytes() / Float.BYTES; i++)
                    kv.pages[page].setAtIndex(ValueLayout.JAVA_FLOAT, i, 1e6f);
                for (int i = 0; i < counts[page]; i++, at++) kv.write(arena, random, layer, page, i, at);
            }
            return kv;
        }

        private void write(Arena arena, Random random, int layer, int page, int within, int at) {
            var key = arena.allocate(layout.kvHeads() * layout.dim() * 4L, 64);
            var value = arena.allocate(layout.kvHeads() * layout.dim() * 4L, 64);
            for (int head = 0; head < layout.kvHeads(); head++)
                for (int d = 0; d < layout.dim(); d++) {
                    keys[at][head][d] = (float) random.nextGaussian();
                    values[at][head][d] = (float) random.nextGaussian();
                    key.setAtIndex(ValueLayout.JAVA_FLOAT, head * layout.dim() + d, keys[at][head][d]);
                    value.setAtIndex(ValueLayout.JAVA_FLOAT, head * layout.dim() + d, values[at][head][d]);
                }
            layout.write(pages[page], layer, within, key, 0, value, 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"4, 4, 32", "12, 12, 64", "8, 2, 64", "4, 1, 128", "6, 3, 80", "3, 3, 16", "2, 2, 96"})
    void attentionEqualsItsDefinition(int heads, int kvHeads, int dim) {
        onEachPageLayout(heads, kvHeads, dim, (kv, query, arena) -> {
            var found = attend(new PlainAttention(kv.layout, heads), kv, query, arena);
            for (int head = 0; head < heads; head++) {
                var expected = expected(kv, query, head, heads / kvHeads);
                for (int d = 0; d < dim; d++)
                    assertThat((double) found[head * dim + d]).isCloseTo(expected[d], within(2e-5));
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"4, 4, 32", "12, 12, 64", "8, 2, 64", "4, 1, 128", "6, 3, 80", "3, 3, 16", "2, 2, 96"})
    void simdInstructionsGiveTheSameBits(int heads, int kvHeads, int dim) {
        assumeTrue(
                ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
                "Java was started without --add-modules=jdk.incubator.vector");
        onEachPageLayout(
                heads,
                kvHeads,
                dim,
                (kv, query, arena) -> assertThat(attend(new VectorAttention(kv.layout, heads), kv, query, arena))
                        .containsExactly(attend(new PlainAttention(kv.layout, heads), kv, query, arena)));
    }

    private interface Check {
        void check(Kv kv, MemorySegment query, Arena arena);
    }

    /// Pages that end within a block and at its end, and pages after a prompt's that are not full.
    private static void onEachPageLayout(int heads, int kvHeads, int dim, Check check) {
        for (int[] counts : new int[][] {{1}, {15}, {16}, {17}, {64}, {35, 1}, {64, 50, 64, 3}}) {
            try (var arena = Arena.ofConfined()) {
                var random = new Random(7);
                var kv = Kv.random(arena, new PageLayout(LAYERS, kvHeads, dim), counts, random, 1);
                var query = arena.allocate(heads * dim * 4L, 64);
                for (int i = 0; i < heads * dim; i++)
                    query.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (3 * random.nextGaussian()));
                check.check(kv, query, arena);
            }
        }
    }

    private static float[] attend(PagedAttention attention, Kv kv, MemorySegment query, Arena arena) {
        var out = arena.allocate(query.byteSize(), 64);
        int last = kv.counts.length - 1;
        attention.attend(kv.pages, kv.counts, last, kv.counts[last], 1, query, 0, out, 0);
        return out.toArray(ValueLayout.JAVA_FLOAT);
    }

    private static double[] expected(Kv kv, MemorySegment query, int head, int each) {
        int dim = kv.layout.dim();
        double[] scores = IntStream.range(0, kv.keys.length)
                .mapToDouble(position -> IntStream.range(0, dim)
                                .mapToDouble(d -> (double) query.getAtIndex(ValueLayout.JAVA_FLOAT, head * dim + d)
                                        * kv.keys[position][head / each][d])
                                .sum()
                        / Math.sqrt(dim))
                .toArray();
        double most = Arrays.stream(scores).max().orElseThrow();
        double sum = Arrays.stream(scores).map(s -> Math.exp(s - most)).sum();
        return IntStream.range(0, dim)
                .mapToDouble(d -> IntStream.range(0, scores.length)
                        .mapToDouble(p -> Math.exp(scores[p] - most) / sum * kv.values[p][head / each][d])
                        .sum())
                .toArray();
    }
}
