package dev.espalier.engine.onnx.kv;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// A pool of pages for KV in host memory (Kwon et al. 2023, "Efficient Memory Management for Large Language Model
/// Serving with PagedAttention"). Rows share the pages of a common prompt, and a row that grows copies nothing. Not
/// thread-safe.
public final class Pages implements AutoCloseable {
    /// Bytes of free pages to keep while no row is in flight.
    private static final long KEPT_BYTES = 64L << 20;

    private final DeviceBackend backend;
    private final PageLayout layout;
    private final List<DeviceMemory> all = new ArrayList<>();
    private final ArrayDeque<DeviceMemory> free = new ArrayDeque<>();

    public Pages(DeviceBackend backend, PageLayout layout) {
        this.backend = backend;
        this.layout = layout;
    }

    public DeviceMemory take() {
        var page = free.poll();
        if (page != null) return page;
        page = backend.allocateOnHost(layout.pageBytes());
        all.add(page);
        return page;
    }

    /// Takes a number of pages and adds them to a list. If memory runs out, no page is taken.
    public void take(int count, List<DeviceMemory> pages) {
        try {
            for (int i = 0; i < count; i++) pages.add(take());
        } catch (DeviceException e) {
            release(pages);
            pages.clear();
            throw e;
        }
    }

    public void release(List<DeviceMemory> pages) {
        free.addAll(pages);
    }

    /// Returns memory to the system. Call it only while no row is in flight.
    public void trim() {
        while (free.size() * layout.pageBytes() > KEPT_BYTES) {
            var page = free.remove();
            all.remove(page);
            page.close();
        }
    }

    @Override
    public void close() {
        for (var page : all) page.close();
    }
}
