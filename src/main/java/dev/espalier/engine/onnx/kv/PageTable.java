package dev.espalier.engine.onnx.kv;

import dev.espalier.engine.device.DeviceMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Where a row's positions lie: in its prompt's pages, then in its own.
public final class PageTable {
    public final Prompt prompt;
    public final List<DeviceMemory> own = new ArrayList<>();
    /// The pages in their order, and how many positions of each are taken.
    public MemorySegment[] pages = new MemorySegment[4];
    public int[] counts = new int[4];
    private final int prompted;
    private int count;

    /// A prompt in flight, and how many rows stand behind it.
    public static final class Prompt {
        public final int[] tokens;
        public final List<DeviceMemory> pages = new ArrayList<>();
        public int users;

        public Prompt(int[] tokens) {
            this.tokens = tokens;
        }
    }

    public PageTable(Prompt prompt) {
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
    public void reach(int end, Pages from) {
        int mine = end - prompted;
        while (own.size() < PageLayout.pages(mine)) {
            own.add(from.take());
            add(own.getLast(), 0);
        }
        for (int i = 0; i < own.size(); i++) counts[prompt.pages.size() + i] = Math.clamp(mine - i * PageLayout.POSITIONS, 0, PageLayout.POSITIONS);
    }

    /// Which page has a position.
    public int page(int position) {
        return position < prompted ? position / PageLayout.POSITIONS : prompt.pages.size() + (position - prompted) / PageLayout.POSITIONS;
    }

    /// Its place there.
    public int within(int position) {
        return (position < prompted ? position : position - prompted) % PageLayout.POSITIONS;
    }

    /// How many positions from one on lie side by side, up to an end.
    public int together(int position, int end) {
        int most = position < prompted ? Math.min(end, prompted) : end;
        return Math.min(most - position, PageLayout.POSITIONS - within(position));
    }
}
