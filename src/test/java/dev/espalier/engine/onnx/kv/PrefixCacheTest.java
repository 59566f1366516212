package dev.espalier.engine.onnx.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.backends.Backends;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PrefixCacheTest {
    private static final int TOKEN_BYTES = Integer.BYTES;
    private static final float[] NOTHING = {};

    private final DeviceBackend backend = Backends.of(Device.CPU);

    /// Fake KV: the data of each position is its token.
    private record Tokens(int[] ids) implements KvSource {
        @Override
        public long tokenBytes() {
            return TOKEN_BYTES;
        }

        @Override
        public void copyOut(int row, int from, int to, DeviceMemory target) {
            for (int i = from; i < to; i++) target.segment().setAtIndex(ValueLayout.JAVA_INT, i - from, ids[i]);
        }
    }

    private static PrefixCache.Segment keep(PrefixCache cache, PrefixCache.Segment parent, int... path) {
        return cache.keep(parent, path, parent.end(), path.length, NOTHING, new Tokens(path), 0);
    }

    @Test
    void theLeastRecentlyUsedAreEvictedFirstAndDescendantsBeforeAncestors() {
        try (var cache = new PrefixCache(backend, 6 * TOKEN_BYTES)) {
            var prompt = keep(cache, cache.root(), 1, 2);
            var step = keep(cache, prompt, 1, 2, 3, 4);
            keep(cache, cache.root(), 7, 8);
            keep(cache, cache.root(), 9, 9);
            assertThat(cache.find(prompt, new int[] {1, 2, 3, 4}, 2, 4))
                    .as("the oldest without children")
                    .isNull();
            assertThat(cache.find(cache.root(), new int[] {1, 2}, 0, 2)).isSameAs(prompt);
            assertThat(cache.read(step, _ -> {
                        throw new AssertionError("it was evicted");
                    }))
                    .isFalse();
            assertThat(cache.bytes()).isEqualTo(6 * TOKEN_BYTES);
            assertThat(keep(cache, cache.root(), 1, 2, 3, 4, 5, 6, 7))
                    .as("larger than the budget")
                    .isNull();
        }
    }

    @Test
    void aPromptIsReadByOneThreadAtATime() throws Exception {
        int[] prompt = {1, 2, 3};
        try (var cache = new PrefixCache(backend, 100);
                var other = Executors.newSingleThreadExecutor()) {
            assertThat(cache.claim(prompt, 3)).isTrue();
            assertThat(cache.claim(prompt, 3)).as("by the same thread again").isTrue();
            assertThat(other.submit(() -> cache.claim(prompt, 3)).get()).isFalse();
            assertThat(other.submit(() -> cache.release(prompt, 3)).get())
                    .as("claimed by another thread")
                    .isFalse();
            assertThat(cache.release(prompt, 3)).isTrue();
            assertThat(other.submit(() -> cache.claim(prompt, 3)).get()).isTrue();
            keep(cache, cache.root(), prompt);
            assertThat(cache.claim(prompt, 3)).as("cached meanwhile").isTrue();
        }
    }

    @Test
    void concurrentThreadsReadWhatWasCachedAndStayWithinTheBudget() throws Exception {
        long budget = 40 * TOKEN_BYTES;
        var most = new AtomicLong();
        var read = new AtomicLong();
        try (var cache = new PrefixCache(backend, budget);
                var threads = Executors.newFixedThreadPool(4)) {
            var begin = new CountDownLatch(1);
            var work = new ArrayList<Callable<Void>>();
            for (int thread = 0; thread < 4; thread++) {
                var random = new Random(thread);
                work.add(() -> {
                    begin.await();
                    for (int i = 0; i < 20_000; i++) {
                        walk(cache, random, read);
                        most.accumulateAndGet(cache.bytes(), Math::max);
                    }
                    return null;
                });
            }
            var done = work.stream().map(threads::submit).toList();
            begin.countDown();
            for (var future : done) future.get(60, TimeUnit.SECONDS);
        }
        assertThat(most.get()).isLessThanOrEqualTo(budget);
        assertThat(read.get()).isPositive();
    }

    /// Walks down a random path of three segments: reads each cached one, and caches the others.
    private static void walk(PrefixCache cache, Random random, AtomicLong read) {
        var path = random.ints(6, 0, 3).toArray();
        var at = cache.root();
        for (int end = 2; end <= 6; end += 2) {
            int from = end - 2;
            var found = cache.find(at, path, from, end);
            if (found != null) {
                cache.read(found, data -> {
                    for (int i = 0; i < 2; i++)
                        assertThat(data.segment().getAtIndex(ValueLayout.JAVA_INT, i))
                                .isEqualTo(path[from + i]);
                    read.incrementAndGet();
                });
            } else {
                found = cache.keep(at, path, from, end, NOTHING, new Tokens(path), 0);
            }
            if (found == null) return;
            at = found;
        }
    }
}
