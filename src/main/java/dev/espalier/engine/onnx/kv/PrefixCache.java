package dev.espalier.engine.onnx.kv;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A tree of cached KV: each prompt and finished step is a segment, a child of the segment that it continues. If the
/// memory budget is exceeded, the least recently used segments are evicted. Thread-safe; no thread copies data while it
/// holds the lock.
public final class PrefixCache implements AutoCloseable {
    private record Tokens(int[] ids) {
        @Override
        public boolean equals(Object o) {
            return o instanceof Tokens(var other) && Arrays.equals(ids, other);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(ids);
        }
    }

    /// The KV of the last positions of a token sequence, which starts at the root.
    public static final class Segment {
        private final @Nullable Segment parent;
        private final Tokens tokens;
        private final int end;
        private final Map<Tokens, Segment> children = new HashMap<>();
        private final @Nullable DeviceMemory data;
        private final float[] extra;
        /// Number of threads that are copying its data.
        private int readers;
        private boolean evicted;

        private Segment(@Nullable Segment parent, Tokens tokens, int end, @Nullable DeviceMemory data, float[] extra) {
            this.parent = parent;
            this.tokens = tokens;
            this.end = end;
            this.data = data;
            this.extra = extra;
        }

        public int start() {
            return end - tokens.ids.length;
        }

        public int end() {
            return end;
        }

        /// Device memory in the layout of [KvSource#copyOut].
        private DeviceMemory data() {
            if (data == null) throw new IllegalStateException("the root has no data");
            return data;
        }

        /// Further values at its end, such as a score. Do not modify the array.
        public float[] extra() {
            return extra;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Segment root = new Segment(null, new Tokens(new int[0]), 0, null, new float[0]);
    // In order of use, oldest first. A use touches ancestors after descendants, so the oldest segment has no
    // children.
    private final LinkedHashMap<Segment, Boolean> used = new LinkedHashMap<>(64, 0.75f, true);
    /// Prompts that a thread is reading.
    private final Map<Tokens, Thread> claimed = new HashMap<>();
    private final DeviceBackend backend;
    private final long budget;
    private long bytes;

    /// @param budget max bytes of cached KV
    public PrefixCache(DeviceBackend backend, long budget) {
        this.backend = backend;
        this.budget = budget;
    }

    public Segment root() {
        return root;
    }

    /// Claims a prompt for the calling thread. Returns true if the prompt is cached or no other thread is reading
    /// it. In the second case the thread must read it and then call [#release].
    ///
    /// @param ids    tokens that start with the prompt
    /// @param length of the prompt
    public boolean claim(int[] ids, int length) {
        var prompt = new Tokens(Arrays.copyOf(ids, length));
        lock.lock();
        try {
            if (root.children.containsKey(prompt)) return true;
            return claimed.putIfAbsent(prompt, Thread.currentThread()) == null
                    || claimed.get(prompt) == Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    /// Releases a claim.
    ///
    /// @return true if the calling thread had claimed the prompt
    public boolean release(int[] ids, int length) {
        lock.lock();
        try {
            return claimed.remove(new Tokens(Arrays.copyOf(ids, length)), Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    /// Returns the child of a segment with the tokens `ids[from, to)`, null if it is not cached. Counts as a use.
    public @Nullable Segment find(Segment parent, int[] ids, int from, int to) {
        var tokens = new Tokens(Arrays.copyOfRange(ids, from, to));
        lock.lock();
        try {
            var found = parent.children.get(tokens);
            if (found != null) touch(found);
            return found;
        } finally {
            lock.unlock();
        }
    }

    /// Passes a segment's KV to a function that copies it. The segment is not evicted meanwhile.
    ///
    /// @return false if the segment was evicted
    public boolean read(Segment segment, Consumer<DeviceMemory> copy) {
        lock.lock();
        try {
            if (segment.evicted) return false;
            segment.readers++;
        } finally {
            lock.unlock();
        }
        try {
            copy.accept(segment.data());
        } finally {
            lock.lock();
            try {
                segment.readers--;
            } finally {
                lock.unlock();
            }
        }
        return true;
    }

    /// Caches a row's KV of `ids[from, to)` as a child of a segment.
    ///
    /// @param extra further values to cache with it
    /// @return the cached segment; null if it does not fit into the budget or the parent was evicted
    public @Nullable Segment keep(Segment parent, int[] ids, int from, int to, float[] extra, KvSource rows, int row) {
        var existing = find(parent, ids, from, to);
        if (existing != null) return existing;
        long size = (to - from) * rows.tokenBytes() + extra.length * Float.BYTES;
        if (from >= to || !reserve(parent, size)) return null;
        DeviceMemory data = null;
        Segment kept = null;
        try {
            data = backend.allocate((to - from) * rows.tokenBytes());
            rows.copyOut(row, from, to, data);
            kept = insert(new Segment(parent, new Tokens(Arrays.copyOfRange(ids, from, to)), to, data, extra));
            return kept;
        } finally {
            if (kept == null || kept.data != data) unreserve(size, data);
        }
    }

    /// Reserves bytes for a child of a segment; evicts other segments if necessary.
    private boolean reserve(Segment parent, long size) {
        lock.lock();
        try {
            if (parent.evicted || size > budget) return false;
            touch(parent);
            while (bytes + size > budget) {
                if (used.isEmpty()) return false;
                var oldest = used.firstEntry().getKey();
                if (oldest == parent || oldest.readers > 0) return false;
                evict(oldest);
            }
            bytes += size;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Inserts a segment. Returns the existing one if another thread has inserted the same segment meanwhile, and
    /// null if the parent was evicted.
    private @Nullable Segment insert(Segment segment) {
        lock.lock();
        try {
            var parent = Objects.requireNonNull(segment.parent);
            if (parent.evicted) return null;
            var existing = parent.children.putIfAbsent(segment.tokens, segment);
            if (existing == null) used.put(segment, true);
            var kept = existing == null ? segment : existing;
            touch(kept);
            return kept;
        } finally {
            lock.unlock();
        }
    }

    private void unreserve(long size, @Nullable DeviceMemory data) {
        if (data != null) data.close();
        lock.lock();
        try {
            bytes -= size;
        } finally {
            lock.unlock();
        }
    }

    private void touch(Segment segment) {
        for (var s = segment; s != null && s != root; s = s.parent) used.get(s);
    }

    private void evict(Segment segment) {
        used.remove(segment);
        segment.evicted = true;
        bytes -= segment.data().bytes() + segment.extra.length * Float.BYTES;
        if (segment.parent != null) segment.parent.children.remove(segment.tokens);
        segment.data().close();
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /// Call it only after all other threads have stopped using the cache.
    @Override
    public void close() {
        while (!used.isEmpty()) evict(used.firstEntry().getKey());
    }
}
