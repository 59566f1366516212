package dev.espalier.ui.search;

import java.util.ArrayDeque;

/// The growth rate of a counter over the last seconds.
final class Rate {
    private record Reading(long nanos, long count) {}

    private final ArrayDeque<Reading> readings = new ArrayDeque<>();
    private final long window;

    Rate(int seconds) {
        window = seconds * 1_000_000_000L;
    }

    /// @return growth per second, 0 until there are two readings
    double at(long nanos, long count) {
        readings.addLast(new Reading(nanos, count));
        while (readings.size() > 2 && nanos - readings.getFirst().nanos > window) readings.removeFirst();
        var first = readings.getFirst();
        return nanos > first.nanos ? (count - first.count) * 1e9 / (nanos - first.nanos) : 0;
    }

    void clear() {
        readings.clear();
    }
}
