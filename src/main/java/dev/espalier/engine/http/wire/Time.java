package dev.espalier.engine.http.wire;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A clock in nanoseconds, and waits that end at its times. Tests use their own.
public interface Time {
    Time REAL = new Time() {
        @Override
        public long now() {
            return System.nanoTime();
        }

        @Override
        public <T> @Nullable T poll(BlockingQueue<T> queue, long until) throws InterruptedException {
            return queue.poll(until - now(), TimeUnit.NANOSECONDS);
        }

        @Override
        public <T> T get(CompletableFuture<T> future, long until)
                throws InterruptedException, ExecutionException, TimeoutException {
            return future.get(until - now(), TimeUnit.NANOSECONDS);
        }
    };

    long now();

    /// Returns null at the time limit.
    <T> @Nullable T poll(BlockingQueue<T> queue, long until) throws InterruptedException;

    <T> T get(CompletableFuture<T> future, long until)
            throws InterruptedException, ExecutionException, TimeoutException;
}
