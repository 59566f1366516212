package dev.espalier.engine.onnx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Requests that wait, in rounds: everybody who asks has a few of theirs served, then the next. So a small search does not wait for
/// all that large ones have asked before it. The few are enough that rows in flight still share their prompts.
///
/// @param <W> a request
final class FairQueue<W> {
    /// Requests of one asker in a row.
    static final int AT_ONCE = 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /// By asker, in the order of the round; none is empty.
    private final Map<Object, ArrayDeque<W>> waiting = new LinkedHashMap<>();
    private int served;
    private boolean woken;

    void add(Object asker, W request) {
        lock.lock();
        try {
            waiting.computeIfAbsent(asker, _ -> new ArrayDeque<>()).add(request);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The next request, null where none waits.
    @Nullable W poll() {
        lock.lock();
        try {
            return next();
        } finally {
            lock.unlock();
        }
    }

    /// The next request; waits for it. Null when it was woken.
    @Nullable W take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                var request = next();
                if (request != null || woken) return request;
                changed.await();
            }
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
            waiting.values().forEach(all::addAll);
            waiting.clear();
            return all;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable W next() {
        if (waiting.isEmpty()) return null;
        var first = waiting.entrySet().iterator().next();
        var asker = first.getKey();
        var theirs = first.getValue();
        var request = theirs.poll();
        served++;
        if (theirs.isEmpty() || served >= AT_ONCE) {
            served = 0;
            waiting.remove(asker);
            if (!theirs.isEmpty()) waiting.put(asker, theirs);
        }
        return request;
    }
}
