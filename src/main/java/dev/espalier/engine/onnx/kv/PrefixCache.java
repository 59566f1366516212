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

/// The tree is the cache: KV of prompts and of finished steps, each kept once, as segments that hang below the segment they
/// continue. The least recently used go first when the memory budget is full. Any thread may use it; none copies while it holds the lock.
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

    /// The KV of some positions of every sequence that starts with its tokens.
    public static final class Segment {
        private final @Nullable Segment parent;
        private final Tokens tokens;
        private final int end;
        private final Map<Tokens, Segment> children = new HashMap<>();
        private final @Nullable DeviceMemory data;
        private final float[] extra;
        /// Threads that copy its data now.
        private int readers;
        private boolean gone;

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

        /// Where the graph runs, as [ContiguousKv#copyOut] lays it out.
        private DeviceMemory data() {
            if (data == null) throw new IllegalStateException("the root holds nothing");
            return data;
        }

        /// What else was known at its end; do not write into it.
        public float[] extra() {
            return extra;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Segment root = new Segment(null, new Tokens(new int[0]), 0, null, new float[0]);
    // In order of use, oldest first. An ancestor is used after its descendants, so the oldest segment has no children.
    private final LinkedHashMap<Segment, Boolean> used = new LinkedHashMap<>(64, 0.75f, true);
    /// Prompts that somebody reads now.
    private final Map<Tokens, Thread> claimed = new HashMap<>();
    private final DeviceBackend backend;
    private final long budget;
    private long bytes;

    /// @param budget bytes of KV that may be kept
    public PrefixCache(DeviceBackend backend, long budget) {
        this.backend = backend;
        this.budget = budget;
    }

    public Segment root() {
        return root;
    }

    /// Whether the thread can have a prompt at once: it is kept, or nobody else reads it; then the thread is to read it, and to [#release] it after that.
    ///
    /// @param length of the prompt among the ids
    public boolean claim(int[] ids, int length) {
        var prompt = new Tokens(Arrays.copyOf(ids, length));
        lock.lock();
        try {
            if (root.children.containsKey(prompt)) return true;
            return claimed.putIfAbsent(prompt, Thread.currentThread()) == null || claimed.get(prompt) == Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    /// @return whether the thread had claimed the prompt
    public boolean release(int[] ids, int length) {
        lock.lock();
        try {
            return claimed.remove(new Tokens(Arrays.copyOf(ids, length)), Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    /// The segment that continues another with `ids[from, to)`, or null; finding it counts as use.
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

    /// Copies a segment's KV.
    ///
    /// @return false where it is no longer kept
    public boolean read(Segment segment, Consumer<DeviceMemory> copy) {
        lock.lock();
        try {
            if (segment.gone) return false;
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

    /// Keeps a row's KV of `ids[from, to)` below a parent. Null where it does not fit, or the parent is no longer kept.
    ///
    /// @param extra kept beside it
    public @Nullable Segment keep(Segment parent, int[] ids, int from, int to, float[] extra, KvSource rows, int row) {
        var there = find(parent, ids, from, to);
        if (there != null) return there;
        long size = (to - from) * rows.tokenBytes() + extra.length * Float.BYTES;
        if (from >= to || !reserve(parent, size)) return null;
        DeviceMemory data = null;
        Segment kept = null;
        try {
            data = backend.allocate((to - from) * rows.tokenBytes());
            rows.copyOut(row, from, to, data);
            kept = put(new Segment(parent, new Tokens(Arrays.copyOfRange(ids, from, to)), to, data, extra));
            return kept;
        } finally {
            if (kept == null || kept.data != data) giveBack(size, data);
        }
    }

    /// Makes room below a parent.
    private boolean reserve(Segment parent, long size) {
        lock.lock();
        try {
            if (parent.gone || size > budget) return false;
            touch(parent);
            while (bytes + size > budget) {
                if (used.isEmpty()) return false;
                var oldest = used.firstEntry().getKey();
                if (oldest == parent || oldest.readers > 0) return false;
                drop(oldest);
            }
            bytes += size;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// The segment, or the same one that another thread has kept meanwhile; null where the parent is no longer kept.
    private @Nullable Segment put(Segment made) {
        lock.lock();
        try {
            var parent = Objects.requireNonNull(made.parent);
            if (parent.gone) return null;
            var there = parent.children.putIfAbsent(made.tokens, made);
            if (there == null) used.put(made, true);
            var kept = there == null ? made : there;
            touch(kept);
            return kept;
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(long size, @Nullable DeviceMemory data) {
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

    private void drop(Segment segment) {
        used.remove(segment);
        segment.gone = true;
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

    /// Only when no thread uses it any more.
    @Override
    public void close() {
        while (!used.isEmpty()) drop(used.firstEntry().getKey());
    }
}
