package dev.espalier.ui.search;

import dev.espalier.EspalierException;
import dev.espalier.experiment.run.LiveSearch;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.run.StoredSearch;
import dev.espalier.problem.Problem;
import dev.espalier.search.breakpoint.Breakpoint;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.Timeline;
import dev.espalier.search.vote.Answers;
import dev.espalier.ui.kit.Background;
import dev.espalier.ui.kit.LatestWins;
import java.util.List;
import java.util.function.Consumer;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.jspecify.annotations.Nullable;

/// The search that is shown: its events so far, a cursor into them, and the tree they make.
///
/// A tree of its own is made off the window's thread for each frame in which something happened and never changed after,
/// so that the inspector, the drawing and the vote may read it from any thread.
public final class TreeModel {

    /// @param tree  never changed any more
    /// @param shown   how many events it is made of
    /// @param changes what differs between it and the snapshot before
    /// @param leap    how many events lie between the two
    public record Snapshot(SearchTree tree, int shown, Timeline.Difference changes, int leap) {
        static final Snapshot NONE = new Snapshot(new SearchTree(), 0, Timeline.difference(new SearchTree(), new SearchTree()), 0);
    }

    /// Drawing shares the processor with the models: fifteen pictures per second are enough.
    private static final long LEAST_INTERVAL_NANOS = 66_000_000L;

    private final LatestWins trees;
    private final ReadOnlyObjectWrapper<Snapshot> snapshot = new ReadOnlyObjectWrapper<>(Snapshot.NONE);
    private final ReadOnlyObjectWrapper<Phase> phase = new ReadOnlyObjectWrapper<>(Phase.NONE);
    private final ReadOnlyObjectWrapper<@Nullable Problem> problem = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable SearchConfig> config = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyBooleanWrapper imported = new ReadOnlyBooleanWrapper();
    private final ReadOnlyStringWrapper message = new ReadOnlyStringWrapper("");
    private final ReadOnlyIntegerWrapper total = new ReadOnlyIntegerWrapper();
    private final ReadOnlyDoubleWrapper tokensPerSecond = new ReadOnlyDoubleWrapper();
    private final IntegerProperty cursor = new SimpleIntegerProperty();
    private final IntegerProperty selected = new SimpleIntegerProperty(-1);
    private final Rate rate = new Rate(3);
    private Pictures pictures = new Pictures(Problem.typed("", null));
    private final StringProperty breakpoints = new SimpleStringProperty("");
    private final ReadOnlyStringWrapper breakpointError = new ReadOnlyStringWrapper("");
    private final ReadOnlyStringWrapper happened = new ReadOnlyStringWrapper("");
    private List<Breakpoint> conditions = List.of();
    private @Nullable LiveSearch live;
    private Consumer<LiveSearch> ended = _ -> { };
    private long drained;
    private long generated;
    private int requested;
    private long stored;

    public TreeModel(Background background) {
        trees = new LatestWins(background);
        cursor.subscribe(this::rebuild);
        breakpoints.subscribe(this::readBreakpoints);
    }

    /// The tree at the cursor; follows [#cursor] within a frame or two.
    public ReadOnlyObjectProperty<Snapshot> snapshot() { return snapshot.getReadOnlyProperty(); }

    public ReadOnlyObjectProperty<Phase> phase() { return phase.getReadOnlyProperty(); }

    public ReadOnlyObjectProperty<@Nullable Problem> problem() { return problem.getReadOnlyProperty(); }

    /// What the paths of the shown search answer, at whatever moment.
    public Answers answers() { return pictures.answers(); }

    /// The exact configuration, from the first event.
    public ReadOnlyObjectProperty<@Nullable SearchConfig> config() { return config.getReadOnlyProperty(); }

    /// Whether it was imported, so that nobody knows how it was sampled.
    public ReadOnlyBooleanProperty imported() { return imported.getReadOnlyProperty(); }

    /// Why it failed, "" where it did not.
    public ReadOnlyStringProperty message() { return message.getReadOnlyProperty(); }

    /// The number of events so far.
    public ReadOnlyIntegerProperty total() { return total.getReadOnlyProperty(); }

    /// How many of the events are shown: time travel. At the end it follows what happens.
    public IntegerProperty cursor() { return cursor; }

    /// Generated by this search over the last seconds, 0 while it is not running.
    public ReadOnlyDoubleProperty tokensPerSecond() { return tokensPerSecond.getReadOnlyProperty(); }

    /// The selected node, -1 for none.
    public IntegerProperty selected() { return selected; }

    /// The stored search's id, 0 while it has none.
    public long stored() { return live != null && live.id() != 0 ? live.id() : stored; }

    /// Receives each live search when it has ended, after its last event.
    public void whenEnded(Consumer<LiveSearch> action) { ended = action; }

    public void show(LiveSearch search) {
        begin(search.order().problem());
        stored = 0;
        imported.set(false);
        live = search;
        search.control().breakAt(conditions);
        phase.set(Phase.RUNNING);
    }

    public void show(StoredSearch search) {
        begin(search.summary().problem());
        stored = search.summary().id();
        imported.set(search.run().imported());
        take(search.events());
        message.set(search.summary().failure());
        phase.set(switch (search.summary().status()) {
            case RUNNING, INTERRUPTED -> Phase.INTERRUPTED;
            case FINISHED -> Phase.FINISHED;
            case FAILED, DAMAGED -> Phase.FAILED;
            case CANCELLED -> Phase.CANCELLED;
        });
    }

    public void pause() {
        if (live != null) live.control().pause();
        poll();
    }

    public void resume() {
        if (live != null) live.control().run();
        poll();
    }

    /// Runs one iteration.
    public void step() {
        if (live != null) live.control().stepIteration();
        poll();
    }

    /// Runs one event.
    public void stepEvent() {
        if (live != null) live.control().stepEvent();
        poll();
    }

    /// Moves the cursor by events. At the end of a paused search, runs one more event.
    public void travel(int by) {
        if (by > 0 && cursor.get() == timeline().size() && phase.get() == Phase.PAUSED) stepEvent();
        else cursor.set(Math.clamp((long) cursor.get() + by, 0, timeline().size()));
    }

    public void nextIteration() {
        if (cursor.get() == timeline().size() && phase.get() == Phase.PAUSED) step();
        else cursor.set(timeline().nextIteration(cursor.get()));
    }

    public void previousIteration() {
        cursor.set(timeline().previousIteration(cursor.get()));
    }

    /// A condition under which a running search pauses, as [Breakpoint#parse] reads it; "" for none.
    public StringProperty breakpoints() { return breakpoints; }

    /// What is wrong with the condition, "" if nothing; the last valid condition stays in force.
    public ReadOnlyStringProperty breakpointError() { return breakpointError.getReadOnlyProperty(); }

    /// The event at the cursor, in words.
    public ReadOnlyStringProperty happened() { return happened.getReadOnlyProperty(); }

    /// The condition that paused the search, "" if none did.
    public String hit() {
        var at = live == null ? null : live.control().hit();
        return at == null ? "" : at.toString();
    }

    public void cancel() {
        if (live != null) live.control().cancel();
    }

    /// Takes what has happened since the last frame.
    ///
    /// @param nanos the frame's time
    public void frame(long nanos) {
        var search = live;
        if (search == null) return;
        boolean over = search.done().isDone();
        if (!over && nanos - drained < LEAST_INTERVAL_NANOS) return;
        drained = nanos;
        take(search.drain());
        if (phase.get() == Phase.PAUSED) rate.clear();
        tokensPerSecond.set(rate.at(nanos, generated));
        if (over) end(search, search.done().join());
        else poll();
    }

    private void begin(Problem shown) {
        if (live != null) live.control().cancel();
        live = null;
        trees.forget();
        pictures = new Pictures(shown);
        generated = 0;
        requested = 0;
        rate.clear();
        selected.set(-1);
        message.set("");
        config.set(null);
        problem.set(shown);
        total.set(0);
        snapshot.set(Snapshot.NONE);
        happened.set("");
        cursor.set(0);
    }

    private void take(List<SearchEvent> received) {
        if (received.isEmpty()) return;
        boolean following = cursor.get() == timeline().size();
        for (var event : received) {
            if (event instanceof SearchEvent.Started(var started, _, _)) config.set(started);
            if (event instanceof SearchEvent.Sampled sampled) generated += sampled.cost().generated();
        }
        received.forEach(pictures::add);
        total.set(timeline().size());
        if (following) cursor.set(timeline().size());
    }

    private void end(LiveSearch search, Outcome outcome) {
        live = null;
        stored = search.id();
        tokensPerSecond.set(0);
        message.set(outcome.message());
        phase.set(switch (outcome.end()) {
            case FINISHED -> Phase.FINISHED;
            case CANCELLED -> Phase.CANCELLED;
            case FAILED -> Phase.FAILED;
        });
        ended.accept(search);
    }

    private void poll() {
        if (live == null) return;
        phase.set(switch (live.control().state()) {
            case RUNNING, CANCELLED -> Phase.RUNNING;
            case STEPPING_EVENT, STEPPING_ITERATION -> Phase.STEPPING;
            case PAUSED -> Phase.PAUSED;
        });
    }

    private void rebuild() {
        int upTo = Math.min(cursor.get(), timeline().size());
        if (upTo == requested) return;
        requested = upTo;
        var made = pictures;
        happened.set(upTo == 0 ? "" : EventText.of(timeline().events(upTo - 1, upTo).getFirst()));
        trees.submit(() -> made.at(upTo), snapshot::set, message::set);
    }

    private Timeline timeline() {
        return pictures.timeline();
    }

    private void readBreakpoints() {
        try {
            conditions = breakpoints.get() == null || breakpoints.get().isBlank() ? List.of() : List.of(Breakpoint.parse(breakpoints.get()));
            breakpointError.set("");
            if (live != null) live.control().breakAt(conditions);
        } catch (EspalierException unreadable) {
            breakpointError.set(unreadable.getMessage());
        }
    }
}
