package dev.espalier.engine.http.wire;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A clock that only the test moves.
public final class TestClock implements Time {
    private long now;
    private int reading;
    private int received;

    @Override
    public synchronized long now() {
        return now;
    }

    public synchronized void pass(Duration time) {
        now += time.toNanos();
        notifyAll();
    }

    /// Lets time pass while the client waits for further bytes of an answer.
    public synchronized void passWhileReading(Duration time) {
        while (reading == 0) await();
        pass(time);
    }

    /// The number of received pieces.
    synchronized int received() {
        return received;
    }

    synchronized void awaitReceived(int count) {
        while (received < count) await();
    }

    private void await() {
        try {
            wait();
        } catch (InterruptedException e) {
            throw new IllegalStateException("the test is over", e);
        }
    }

    @Override
    public synchronized <T> @Nullable T poll(BlockingQueue<T> queue, long until) throws InterruptedException {
        reading++;
        notifyAll();
        try {
            while (true) {
                var item = queue.poll();
                if (item != null) {
                    received++;
                    return item;
                }
                if (now >= until) return null;
                // Such an arrival is not signalled here.
                wait(1);
            }
        } finally {
            reading--;
            notifyAll();
        }
    }

    @Override
    public <T> T get(CompletableFuture<T> future, long until)
            throws InterruptedException, ExecutionException, TimeoutException {
        future.whenComplete((_, _) -> pass(Duration.ZERO));
        synchronized (this) {
            while (!future.isDone()) {
                if (now >= until) throw new TimeoutException();
                wait();
            }
        }
        return future.get();
    }
}
