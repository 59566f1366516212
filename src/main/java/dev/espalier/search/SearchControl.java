package dev.espalier.search;

import dev.espalier.search.breakpoint.Breakpoint;
import dev.espalier.search.log.SearchEvent;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Runs, pauses, steps and cancels a search, and sets its breakpoints. Thread-safe. A pause takes effect at the next
/// event; models finish the requests that they have.
public final class SearchControl {
    public enum State {
        RUNNING,
        PAUSED,
        STEPPING_EVENT,
        STEPPING_ITERATION,
        CANCELLED
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private State state = State.RUNNING;
    private List<Breakpoint> breakpoints = List.of();
    /// The breakpoints that held at the last event. A lasting one pauses the search only when it begins to hold.
    private final Set<Breakpoint> holding = new HashSet<>();
    private @Nullable Breakpoint hit;
    private Runnable onCancel = () -> {};

    /// Resumes, up to the next breakpoint.
    public void run() {
        set(State.RUNNING);
    }

    public void pause() {
        set(State.PAUSED);
    }

    /// Runs one event, then pauses.
    public void stepEvent() {
        set(State.STEPPING_EVENT);
    }

    /// Runs up to the next selection, then pauses.
    public void stepIteration() {
        set(State.STEPPING_ITERATION);
    }

    /// Replaces the breakpoints, from the next event on.
    public void breakAt(List<Breakpoint> conditions) {
        lock.lock();
        try {
            breakpoints = List.copyOf(conditions);
            holding.retainAll(breakpoints);
        } finally {
            lock.unlock();
        }
    }

    /// The breakpoint that paused the search; null if no breakpoint did.
    public @Nullable Breakpoint hit() {
        lock.lock();
        try {
            return state == State.PAUSED ? hit : null;
        } finally {
            lock.unlock();
        }
    }

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
            hit = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Sets the action that [#cancel] runs, in place of any earlier one; runs it at once if the search is already
    /// cancelled. While models are being opened the action stops that; later it cancels the requests in flight.
    public void onCancel(Runnable action) {
        lock.lock();
        try {
            onCancel = action;
        } finally {
            lock.unlock();
        }
        if (state() == State.CANCELLED) action.run();
    }

    /// Ends a step and checks the breakpoints. The driver calls it before it publishes the event, so commands that
    /// the user gives after seeing the event apply to the next one.
    public void happens(Breakpoint.Moment moment) {
        lock.lock();
        try {
            if (state == State.CANCELLED) return;
            if (state == State.STEPPING_EVENT
                    || state == State.STEPPING_ITERATION && moment.event() instanceof SearchEvent.Selected)
                state = State.PAUSED;
            for (var breakpoint : breakpoints) {
                boolean holds = breakpoint.holds(moment);
                boolean triggered = holds && !(breakpoint.lasting() && holding.contains(breakpoint));
                if (holds) holding.add(breakpoint);
                else holding.remove(breakpoint);
                if (!triggered) continue;
                state = State.PAUSED;
                hit = breakpoint;
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits while the search is paused. The driver calls it after each event.
    ///
    /// @throws CancellationException if the search is cancelled
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
