package dev.espalier.engine.onnx;

import java.util.concurrent.atomic.AtomicLong;

/// Where a policy's time goes. Counts since the model was opened; read two [#figures] and subtract. Any thread may read.
final class Meter {
    private final AtomicLong prefill = new AtomicLong();
    private final AtomicLong decode = new AtomicLong();
    private final AtomicLong sample = new AtomicLong();
    private final AtomicLong turns = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();

    /// @param prefill,decode,sample nanoseconds of one worker, where several work beside one another their mean
    /// @param turns                 of the loop
    /// @param rows                  fed in all turns together
    record Figures(long prefill, long decode, long sample, long turns, long rows) {
        static final Figures NONE = new Figures(0, 0, 0, 0, 0);

        Figures minus(Figures before) {
            return new Figures(prefill - before.prefill, decode - before.decode, sample - before.sample, turns - before.turns, rows - before.rows);
        }

        double rowsMean() {
            return turns == 0 ? 0 : (double) rows / turns;
        }
    }

    void prefilled(long nanos) {
        prefill.addAndGet(nanos);
    }

    void turned(long decodeNanos, long sampleNanos, int rowsFed) {
        decode.addAndGet(decodeNanos);
        sample.addAndGet(sampleNanos);
        rows.addAndGet(rowsFed);
        turns.incrementAndGet();
    }

    /// A last draw, which no turn follows.
    void sampled(long nanos) {
        sample.addAndGet(nanos);
    }

    Figures figures() {
        return new Figures(prefill.get(), decode.get(), sample.get(), turns.get(), rows.get());
    }
}
