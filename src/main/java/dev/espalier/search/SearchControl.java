package dev.espalier.search;

import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Run, pause, step and cancel, from any thread. A pause takes effect at the next event; work already in a batch is kept.
public final class SearchControl {
    public enum State { RUNNING, PAUSED, STEPPING, CANCELLED }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private State state = State.RUNNING;
    private Runnable onCancel = () -> { };

    public void run() { set(State.RUNNING); }

    public void pause() { set(State.PAUSED); }

    /// Goes on until an iteration has made its choice, then pauses.
    public void stepIteration() { set(State.STEPPING); }

    public void cancel() {
        Runnable action;
        lock.lock();
        try {
            state = State.CANCELLED;
            action = onCancel;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        action.run();
    }

    public State state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    private void set(State next) {
        lock.lock();
        try {
            if (state != State.CANCELLED) state = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The driver's action on cancellation: drops what is in flight.
    void onCancel(Runnable action) {
        lock.lock();
        try {
            onCancel = action;
        } finally {
            lock.unlock();
        }
        if (state() == State.CANCELLED) action.run();
    }

    /// Called by the driver before an event is published: a step ends with an iteration's choice. What a person asks for
    /// once the event is seen is therefore about the next.
    void happens(SearchEvent event) {
        lock.lock();
        try {
            if (state == State.STEPPING && event instanceof SearchEvent.Selected) state = State.PAUSED;
        } finally {
            lock.unlock();
        }
    }

    /// Called by the driver after each event: waits while paused.
    void awaitGoingOn() {
        lock.lock();
        try {
            while (state == State.PAUSED) changed.awaitUninterruptibly();
            if (state == State.CANCELLED) throw new CancellationException("The search was cancelled.");
        } finally {
            lock.unlock();
        }
    }
}
