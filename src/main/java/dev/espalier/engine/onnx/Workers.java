package dev.espalier.engine.onnx;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Threads that share out a turn's parts. Whoever is free takes the next part, the caller's thread too: on a busy machine it does not wait for a
/// thread that the processor has no time for. Each spends its life in native code, where a virtual thread would hold its carrier.
final class Workers implements AutoCloseable {
    private final ExecutorService others;

    Workers(String model, int most) {
        others = Executors.newFixedThreadPool(Math.max(1, most - 1), Thread.ofPlatform().daemon().name("model " + model + " worker ", 1).factory());
    }

    /// One call's parts.
    private static final class Turn implements Runnable {
        private final int parts;
        private final IntConsumer work;
        private final AtomicInteger next = new AtomicInteger();
        private final CountDownLatch open;
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        Turn(int parts, IntConsumer work) {
            this.parts = parts;
            this.work = work;
            open = new CountDownLatch(parts);
        }

        @Override
        public void run() {
            for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
                try {
                    work.accept(part);
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                } finally {
                    open.countDown();
                }
            }
        }

        void await() {
            boolean interrupted = false;
            while (true) {
                try {
                    open.await();
                    break;
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    /// Does all parts, and returns when the last is done.
    ///
    /// @throws RuntimeException the first that a part threw
    void run(int parts, IntConsumer work) {
        var turn = new Turn(parts, work);
        for (int other = 1; other < parts; other++) others.execute(turn);
        turn.run();
        turn.await();
        switch (turn.failure.get()) {
            case null -> { }
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        others.shutdown();
    }
}
