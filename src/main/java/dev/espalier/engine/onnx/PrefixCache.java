package dev.espalier.engine.onnx;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tree is the cache: KV of prompts and of finished steps, each kept once, as segments that hang below the segment they
/// continue. The least recently used go first when the memory budget is full. Used by one thread.
final class PrefixCache implements AutoCloseable {
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
    static final class Segment {
        private final @Nullable Segment parent;
        private final Tokens tokens;
        private final int end;
        private final Map<Tokens, Segment> children = new HashMap<>();
        private final @Nullable DeviceMemory data;
        private final float[] extra;
        private boolean gone;

        private Segment(@Nullable Segment parent, Tokens tokens, int end, @Nullable DeviceMemory data, float[] extra) {
            this.parent = parent;
            this.tokens = tokens;
            this.end = end;
            this.data = data;
            this.extra = extra;
        }

        int start() {
            return end - tokens.ids.length;
        }

        int end() {
            return end;
        }

        /// Where the graph runs, as [KvRows#copyOut] lays it out.
        DeviceMemory data() {
            if (data == null) throw new IllegalStateException("the root holds nothing");
            return data;
        }

        /// What else was known at its end; do not write into it.
        float[] extra() {
            return extra;
        }
    }

    private final Segment root = new Segment(null, new Tokens(new int[0]), 0, null, new float[0]);
    // In order of use, oldest first. An ancestor is used after its descendants, so the oldest segment has no children.
    private final LinkedHashMap<Segment, Boolean> used = new LinkedHashMap<>(64, 0.75f, true);
    private final DeviceBackend backend;
    private final long budget;
    private long bytes;

    /// @param budget bytes of KV that may be kept
    PrefixCache(DeviceBackend backend, long budget) {
        this.backend = backend;
        this.budget = budget;
    }

    Segment root() {
        return root;
    }

    /// The segment that continues another with `ids[from, to)`, or null; finding it counts as use.
    @Nullable Segment find(Segment parent, int[] ids, int from, int to) {
        var found = parent.children.get(new Tokens(Arrays.copyOfRange(ids, from, to)));
        if (found != null) touch(found);
        return found;
    }

    /// Keeps a row's KV of `ids[from, to)` below a parent. Null where it does not fit, or the parent is no longer kept.
    ///
    /// @param extra kept beside it
    @Nullable Segment keep(Segment parent, int[] ids, int from, int to, float[] extra, KvSource rows, int row) {
        return keep(parent, ids, from, to, extra, rows, row, 0);
    }

    /// @param shift how many positions before a token's own its KV lies in the row
    @Nullable Segment keep(Segment parent, int[] ids, int from, int to, float[] extra, KvSource rows, int row, int shift) {
        var there = find(parent, ids, from, to);
        if (there != null) return there;
        long size = (to - from) * rows.tokenBytes() + extra.length * Float.BYTES;
        if (parent.gone || size > budget || from >= to) return null;
        touch(parent);
        while (bytes + size > budget) {
            var oldest = used.firstEntry().getKey();
            drop(oldest);
            if (oldest == parent) return null;
        }
        var data = backend.allocate((to - from) * rows.tokenBytes());
        rows.copyOut(row, from - shift, to - shift, data);
        var made = new Segment(parent, new Tokens(Arrays.copyOfRange(ids, from, to)), to, data, extra);
        parent.children.put(made.tokens, made);
        used.put(made, true);
        bytes += size;
        touch(made);
        return made;
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
        return bytes;
    }

    @Override
    public void close() {
        while (!used.isEmpty()) drop(used.firstEntry().getKey());
    }
}
