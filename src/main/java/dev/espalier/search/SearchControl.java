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

/// Run, pause, step, breakpoints and cancel, from any thread. A pause takes effect at the next event; work already in a
/// batch is kept.
public final class SearchControl {
    public enum State { RUNNING, PAUSED, STEPPING_EVENT, STEPPING_ITERATION, CANCELLED }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private State state = State.RUNNING;
    private List<Breakpoint> breakpoints = List.of();
    /// Lasting conditions that held at the last event: they have had their pause.
    private final Set<Breakpoint> held = new HashSet<>();
    private @Nullable Breakpoint hit;
    private Runnable onCancel = () -> { };

    /// Goes on, to the next breakpoint if there is one on the way.
    public void run() { set(State.RUNNING); }

    public void pause() { set(State.PAUSED); }

    /// Goes on by one event, then pauses.
    public void stepEvent() { set(State.STEPPING_EVENT); }

    /// Goes on until an iteration has made its choice, then pauses.
    public void stepIteration() { set(State.STEPPING_ITERATION); }

    /// The conditions under which the search pauses by itself, from the next event on.
    public void breakAt(List<Breakpoint> conditions) {
        lock.lock();
        try {
            breakpoints = List.copyOf(conditions);
            held.retainAll(breakpoints);
        } finally {
            lock.unlock();
        }
    }

    /// The breakpoint that the search is paused at, null where it is not paused by one.
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

    /// What happens on cancellation, at once where it has happened already; in place of what was to happen before: models stop being opened, then what is in flight is dropped.
    public void onCancel(Runnable action) {
        lock.lock();
        try {
            onCancel = action;
        } finally {
            lock.unlock();
        }
        if (state() == State.CANCELLED) action.run();
    }

    /// Called by the driver before an event is published: a step ends with it, or a breakpoint is hit by it. What a person asks for
    /// once the event is seen is therefore about the next.
    ///
    public void happens(Breakpoint.Moment moment) {
        lock.lock();
        try {
            if (state == State.CANCELLED) return;
            if (state == State.STEPPING_EVENT || state == State.STEPPING_ITERATION && moment.event() instanceof SearchEvent.Selected) state = State.PAUSED;
            for (var breakpoint : breakpoints) {
                boolean holds = breakpoint.holds(moment);
                boolean news = holds && !(breakpoint.lasting() && held.contains(breakpoint));
                if (holds) held.add(breakpoint); else held.remove(breakpoint);
                if (!news) continue;
                state = State.PAUSED;
                hit = breakpoint;
            }
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
