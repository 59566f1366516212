package dev.espalier.engine.onnx.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A queue that serves requesters round-robin, [#ROUND_SIZE] requests at a time. So a small search does not wait for
/// all earlier requests of large ones, and rows in flight still share their prompts.
///
/// Several workers take from it. Only the first ones do if there are too few requests for all. A worker that holds more
/// requests than another leaves enough in the queue for that one to catch up. Thread-safe.
///
/// @param <W> the type of a request
final class FairQueue<W> {
    /// Consecutive requests of one requester.
    static final int ROUND_SIZE = 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /// Requests by requester, in round-robin order; no queue is empty.
    private final Map<Object, RequesterQueue<W>> waiting = new LinkedHashMap<>();
    /// The number of requests that each worker holds, as of its last call.
    private final int[] held;
    private final int minPerWorker;
    private int size;
    private boolean closed;

    /// The waiting requests of one requester.
    private static final class RequesterQueue<W> {
        final ArrayDeque<W> requests = new ArrayDeque<>();
        int served;
    }

    /// @param minPerWorker min requests per active worker, waiting and held together
    FairQueue(int workers, int minPerWorker) {
        held = new int[workers];
        this.minPerWorker = minPerWorker;
    }

    void add(Object requester, W request) {
        lock.lock();
        try {
            waiting.computeIfAbsent(requester, _ -> new RequesterQueue<>())
                    .requests
                    .add(request);
            size++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Takes the next request; returns null if there is none for the worker.
    ///
    /// @param holds number of requests that the worker holds
    /// @param ready tests whether a request can be served now; a request that passes is returned
    @Nullable
    W poll(int worker, int holds, Predicate<W> ready) {
        lock.lock();
        try {
            return next(worker, holds, ready);
        } finally {
            lock.unlock();
        }
    }

    /// Takes the next request for a worker that holds none; blocks until there is one. Returns null after [#wake].
    @Nullable
    W take(int worker, Predicate<W> ready) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                var request = next(worker, 0, ready);
                if (request != null || closed) return request;
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Wakes blocked workers, since requests may have become ready.
    void readinessChanged() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Lets [#take] return without blocking from now on.
    void wake() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Removes and returns all waiting requests.
    List<W> drain() {
        lock.lock();
        try {
            var all = new ArrayList<W>();
            for (var requesterQueue : waiting.values()) all.addAll(requesterQueue.requests);
            waiting.clear();
            size = 0;
            return all;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable W next(int worker, int holds, Predicate<W> ready) {
        held[worker] = holds;
        int activeWorkers = Math.clamp((size + (long) Arrays.stream(held).sum()) / minPerWorker, 1, held.length);
        if (worker >= activeWorkers) return null;
        long neededByOthers = 0;
        for (int other = 0; other < activeWorkers; other++) neededByOthers += Math.max(0, holds - held[other]);
        if (size <= neededByOthers) return null;
        for (Iterator<Map.Entry<Object, RequesterQueue<W>>> iterator =
                        waiting.entrySet().iterator();
                iterator.hasNext(); ) {
            var entry = iterator.next();
            var requesterQueue = entry.getValue();
            if (!ready.test(requesterQueue.requests.element())) continue;
            var request = requesterQueue.requests.remove();
            size--;
            held[worker]++;
            if (requesterQueue.requests.isEmpty() || ++requesterQueue.served == ROUND_SIZE) {
                requesterQueue.served = 0;
                iterator.remove();
                if (!requesterQueue.requests.isEmpty()) waiting.put(entry.getKey(), requesterQueue);
            }
            return request;
        }
        return null;
    }
}
