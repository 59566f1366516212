package dev.espalier.engine.onnx.decode;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Where a policy's time goes. Counts since the model was opened; read two [#figures] and subtract. Any thread may read.
public final class Meter {
    private final AtomicLong prefill = new AtomicLong();
    private final AtomicLong decode = new AtomicLong();
    private final AtomicLong sample = new AtomicLong();
    private final AtomicLong turns = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private final AtomicInteger flying = new AtomicInteger();
    private final int workers;

    /// @param workers threads that count
    public Meter(int workers) {
        this.workers = workers;
    }

    /// @param prefill,decode,sample nanoseconds, of several workers their mean
    /// @param turns                 of all workers
    /// @param rows                  in flight, summed over the turns
    public record Figures(long prefill, long decode, long sample, long turns, long rows) {
        static final Figures NONE = new Figures(0, 0, 0, 0, 0);

        public Figures minus(Figures before) {
            return new Figures(prefill - before.prefill, decode - before.decode, sample - before.sample, turns - before.turns, rows - before.rows);
        }

        public double rowsMean() {
            return turns == 0 ? 0 : (double) rows / turns;
        }
    }

    public void prefilled(long nanos) {
        prefill.addAndGet(nanos);
    }

    void joined() {
        flying.incrementAndGet();
    }

    void left() {
        flying.decrementAndGet();
    }

    /// Rows in flight, of all workers.
    public int flying() {
        return flying.get();
    }

    /// @param rowsInFlight of all workers
    public void turned(long decodeNanos, long sampleNanos, int rowsInFlight) {
        decode.addAndGet(decodeNanos);
        sample.addAndGet(sampleNanos);
        rows.addAndGet(rowsInFlight);
        turns.incrementAndGet();
    }

    /// A last draw, which no turn follows.
    public void sampled(long nanos) {
        sample.addAndGet(nanos);
    }

    public Figures figures() {
        return new Figures(prefill.get() / workers, decode.get() / workers, sample.get() / workers, turns.get(), rows.get());
    }
}
