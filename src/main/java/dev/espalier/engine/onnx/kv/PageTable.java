package dev.espalier.engine.onnx.kv;

import dev.espalier.engine.device.DeviceMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The pages of a row: its prompt's shared pages, then its own.
public final class PageTable {
    public final Prompt prompt;
    public final List<DeviceMemory> ownPages = new ArrayList<>();
    /// All pages in order.
    public MemorySegment[] pages = new MemorySegment[4];
    /// The number of used positions of each page.
    public int[] counts = new int[4];
    private final int promptLength;
    private int count;

    /// The shared pages of a prompt, and the number of rows that use them.
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
        promptLength = prompt.tokens.length;
        for (var page : prompt.pages)
            add(page, Math.min(promptLength - count * PageLayout.POSITIONS, PageLayout.POSITIONS));
    }

    private void add(DeviceMemory page, int used) {
        if (count == pages.length) {
            pages = Arrays.copyOf(pages, 2 * count);
            counts = Arrays.copyOf(counts, 2 * count);
        }
        pages[count] = page.segment();
        counts[count++] = used;
    }

    /// Adds pages up to an end, and marks all positions before it as used.
    public void growTo(int end, Pages from) {
        int ownPositions = end - promptLength;
        while (ownPages.size() < PageLayout.pages(ownPositions)) {
            ownPages.add(from.take());
            add(ownPages.getLast(), 0);
        }
        for (int i = 0; i < ownPages.size(); i++)
            counts[prompt.pages.size() + i] =
                    Math.clamp(ownPositions - i * PageLayout.POSITIONS, 0, PageLayout.POSITIONS);
    }

    /// The index of a position's page.
    public int page(int position) {
        return position < promptLength
                ? position / PageLayout.POSITIONS
                : prompt.pages.size() + (position - promptLength) / PageLayout.POSITIONS;
    }

    /// The index of a position in its page.
    public int indexInPage(int position) {
        return (position < promptLength ? position : position - promptLength) % PageLayout.POSITIONS;
    }

    /// The number of contiguous positions in a page, from a position up to an end.
    public int contiguous(int position, int end) {
        int most = position < promptLength ? Math.min(end, promptLength) : end;
        return Math.min(most - position, PageLayout.POSITIONS - indexInPage(position));
    }
}
