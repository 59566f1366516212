package dev.espalier.engine.onnx.kv;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Memory for KV in pages (Kwon et al. 2023, "Efficient Memory Management for Large Language Model Serving with PagedAttention"): what rows have in common
/// lies once, and a row that grows moves nothing. On the host. Used by one thread.
public final class Pages implements AutoCloseable {
    /// Bytes of free pages that are kept when no row is in flight.
    private static final long SPARE = 64L << 20;

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

    /// Adds a number of pages to a list, or none.
    public void take(int count, List<DeviceMemory> pages) {
        try {
            for (int i = 0; i < count; i++) pages.add(take());
        } catch (DeviceException e) {
            give(pages);
            pages.clear();
            throw e;
        }
    }

    public void give(List<DeviceMemory> pages) {
        free.addAll(pages);
    }

    /// Gives memory back to the system. Only while no row is in flight.
    public void trim() {
        while (free.size() * layout.pageBytes() > SPARE) {
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
