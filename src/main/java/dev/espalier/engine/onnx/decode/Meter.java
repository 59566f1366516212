package dev.espalier.engine.onnx.decode;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Counts where a policy's time goes, since the model was opened. To measure an interval, read [#figures] twice and
/// subtract. Thread-safe.
public final class Meter {
    private final AtomicLong prefill = new AtomicLong();
    private final AtomicLong decode = new AtomicLong();
    private final AtomicLong sample = new AtomicLong();
    private final AtomicLong turns = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final int workers;

    /// @param workers number of threads that report times
    public Meter(int workers) {
        this.workers = workers;
    }

    /// @param prefill,decode,sample nanoseconds, the mean over the workers
    /// @param turns                 number of turns of all workers
    /// @param rows                  rows in flight, summed over the turns
    public record Figures(long prefill, long decode, long sample, long turns, long rows) {
        static final Figures NONE = new Figures(0, 0, 0, 0, 0);

        public Figures minus(Figures before) {
            return new Figures(
                    prefill - before.prefill,
                    decode - before.decode,
                    sample - before.sample,
                    turns - before.turns,
                    rows - before.rows);
        }

        public double rowsMean() {
            return turns == 0 ? 0 : (double) rows / turns;
        }
    }

    public void countPrefill(long nanos) {
        prefill.addAndGet(nanos);
    }

    void rowJoined() {
        inFlight.incrementAndGet();
    }

    void rowLeft() {
        inFlight.decrementAndGet();
    }

    /// Rows in flight over all workers.
    public int rowsInFlight() {
        return inFlight.get();
    }

    /// @param rowsInFlight over all workers
    public void countTurn(long decodeNanos, long sampleNanos, int rowsInFlight) {
        decode.addAndGet(decodeNanos);
        sample.addAndGet(sampleNanos);
        rows.addAndGet(rowsInFlight);
        turns.incrementAndGet();
    }

    /// Counts a last draw without a turn after it.
    public void countSampling(long nanos) {
        sample.addAndGet(nanos);
    }

    public Figures figures() {
        return new Figures(
                prefill.get() / workers, decode.get() / workers, sample.get() / workers, turns.get(), rows.get());
    }
}
