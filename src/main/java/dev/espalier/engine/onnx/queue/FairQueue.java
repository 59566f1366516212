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

/// Requests that wait, in rounds: everybody who asks has a few of theirs served, then the next. So a small search does not wait for
/// all that large ones have asked before it. The few are enough that rows in flight still share their prompts.
///
/// Several workers take from it, as many as there is enough for: the first ones. One that has more in hand than another leaves it what that one
/// needs to catch up.
///
/// @param <W> a request
final class FairQueue<W> {
    /// Requests of one asker in a row.
    static final int AT_ONCE = 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /// By asker, in the order of the round; none is empty.
    private final Map<Object, Theirs<W>> waiting = new LinkedHashMap<>();
    /// Requests that each worker has in hand, as far as it has told.
    private final int[] inHand;
    private final int enough;
    private int size;
    private boolean woken;

    /// What one asker waits for.
    private static final class Theirs<W> {
        final ArrayDeque<W> requests = new ArrayDeque<>();
        int served;
    }

    /// @param enough requests for one worker, waiting and in hand: one more takes part only where there are as many for it too
    FairQueue(int workers, int enough) {
        inHand = new int[workers];
        this.enough = enough;
    }

    void add(Object asker, W request) {
        lock.lock();
        try {
            waiting.computeIfAbsent(asker, _ -> new Theirs<>()).requests.add(request);
            size++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The next request, null where none waits that the worker may take.
    ///
    /// @param holds requests that the worker has in hand
    /// @param ready whether a request can be served now; it is, where this says so
    @Nullable W poll(int worker, int holds, Predicate<W> ready) {
        lock.lock();
        try {
            return next(worker, holds, ready);
        } finally {
            lock.unlock();
        }
    }

    /// The next request, for a worker with none in hand; waits for it. Null when it was woken for good.
    @Nullable W take(int worker, Predicate<W> ready) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                var request = next(worker, 0, ready);
                if (request != null || woken) return request;
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Says that requests may have become ready.
    void changed() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// From now on [#take] waits for nothing.
    void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Takes all that waits.
    List<W> drain() {
        lock.lock();
        try {
            var all = new ArrayList<W>();
            for (var theirs : waiting.values()) all.addAll(theirs.requests);
            waiting.clear();
            size = 0;
            return all;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable W next(int worker, int holds, Predicate<W> ready) {
        inHand[worker] = holds;
        int working = Math.clamp((size + (long) Arrays.stream(inHand).sum()) / enough, 1, inHand.length);
        if (worker >= working) return null;
        long owed = 0;
        for (int other = 0; other < working; other++) owed += Math.max(0, holds - inHand[other]);
        if (size <= owed) return null;
        for (Iterator<Map.Entry<Object, Theirs<W>>> round = waiting.entrySet().iterator(); round.hasNext(); ) {
            var entry = round.next();
            var theirs = entry.getValue();
            if (!ready.test(theirs.requests.element())) continue;
            var request = theirs.requests.remove();
            size--;
            inHand[worker]++;
            if (theirs.requests.isEmpty() || ++theirs.served == AT_ONCE) {
                theirs.served = 0;
                round.remove();
                if (!theirs.requests.isEmpty()) waiting.put(entry.getKey(), theirs);
            }
            return request;
        }
        return null;
    }
}
