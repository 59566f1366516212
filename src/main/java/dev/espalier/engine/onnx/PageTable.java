package dev.espalier.engine.onnx;

import dev.espalier.engine.device.DeviceMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Where a row's positions lie: in its prompt's pages, then in its own.
final class PageTable {
    final Prompt prompt;
    final List<DeviceMemory> own = new ArrayList<>();
    /// The pages in their order, and how many positions of each are taken.
    MemorySegment[] pages = new MemorySegment[4];
    int[] counts = new int[4];
    private final int prompted;
    private int count;

    /// A prompt in flight, and how many rows stand behind it.
    static final class Prompt {
        final int[] tokens;
        final List<DeviceMemory> pages = new ArrayList<>();
        int users;

        Prompt(int[] tokens) {
            this.tokens = tokens;
        }
    }

    PageTable(Prompt prompt) {
        this.prompt = prompt;
        prompted = prompt.tokens.length;
        for (var page : prompt.pages) add(page, Math.min(prompted - count * PageLayout.POSITIONS, PageLayout.POSITIONS));
    }

    private void add(DeviceMemory page, int taken) {
        if (count == pages.length) {
            pages = Arrays.copyOf(pages, 2 * count);
            counts = Arrays.copyOf(counts, 2 * count);
        }
        pages[count] = page.segment();
        counts[count++] = taken;
    }

    /// Makes room up to a position, all of it taken.
    void reach(int end, Pages from) {
        int mine = end - prompted;
        while (own.size() < PageLayout.pages(mine)) {
            own.add(from.take());
            add(own.getLast(), 0);
        }
        for (int i = 0; i < own.size(); i++) counts[prompt.pages.size() + i] = Math.clamp(mine - i * PageLayout.POSITIONS, 0, PageLayout.POSITIONS);
    }

    /// Which page has a position.
    int page(int position) {
        return position < prompted ? position / PageLayout.POSITIONS : prompt.pages.size() + (position - prompted) / PageLayout.POSITIONS;
    }

    /// Its place there.
    int within(int position) {
        return (position < prompted ? position : position - prompted) % PageLayout.POSITIONS;
    }

    /// How many positions from one on lie side by side, up to an end.
    int together(int position, int end) {
        int most = position < prompted ? Math.min(end, prompted) : end;
        return Math.min(most - position, PageLayout.POSITIONS - within(position));
    }
}
