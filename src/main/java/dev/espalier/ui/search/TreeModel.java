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

/// The view model of the shown search: its events so far, a cursor into them, and the tree at the cursor.
///
/// For each frame with new events, a background thread makes a tree of its own, which never changes afterwards. So
/// inspector, drawing and vote may read it from any thread. Use everything else on the JavaFX thread.
public final class TreeModel {

    /// @param tree    immutable
    /// @param shown   its number of events
    /// @param changes the difference from the previous snapshot
    /// @param leap    the number of events between the two
    public record Snapshot(SearchTree tree, int shown, Timeline.Difference changes, int leap) {
        static final Snapshot NONE =
                new Snapshot(new SearchTree(), 0, Timeline.difference(new SearchTree(), new SearchTree()), 0);
    }

    /// 15 pictures per second are enough, because drawing shares the processor with the models.
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
    private Consumer<LiveSearch> ended = _ -> {};
    private long drained;
    private long generated;
    private int requested;
    private long stored;

    public TreeModel(Background background) {
        trees = new LatestWins(background);
        cursor.subscribe(this::rebuild);
        breakpoints.subscribe(this::readBreakpoints);
    }

    /// The tree at the cursor; follows [#cursor] within two frames.
    public ReadOnlyObjectProperty<Snapshot> snapshot() {
        return snapshot.getReadOnlyProperty();
    }

    public ReadOnlyObjectProperty<Phase> phase() {
        return phase.getReadOnlyProperty();
    }

    public ReadOnlyObjectProperty<@Nullable Problem> problem() {
        return problem.getReadOnlyProperty();
    }

    /// The answers of the shown search's paths, at any moment.
    public Answers answers() {
        return pictures.answers();
    }

    /// The configuration, from the first event.
    public ReadOnlyObjectProperty<@Nullable SearchConfig> config() {
        return config.getReadOnlyProperty();
    }

    /// Whether the search was imported, so that its sampling settings are unknown.
    public ReadOnlyBooleanProperty imported() {
        return imported.getReadOnlyProperty();
    }

    /// Why the search failed, "" if it did not.
    public ReadOnlyStringProperty message() {
        return message.getReadOnlyProperty();
    }

    /// The number of events so far.
    public ReadOnlyIntegerProperty total() {
        return total.getReadOnlyProperty();
    }

    /// The number of shown events (time travel). At the end it follows new events.
    public IntegerProperty cursor() {
        return cursor;
    }

    /// Generation rate of this search over the last seconds, 0 while it is not running.
    public ReadOnlyDoubleProperty tokensPerSecond() {
        return tokensPerSecond.getReadOnlyProperty();
    }

    /// The selected node, -1 for none.
    public IntegerProperty selected() {
        return selected;
    }

    /// The stored search's id, 0 if it is not stored.
    public long stored() {
        return live != null && live.id() != 0 ? live.id() : stored;
    }

    /// Sets an action that receives each live search after its last event.
    public void whenEnded(Consumer<LiveSearch> action) {
        ended = action;
    }

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
        phase.set(
                switch (search.summary().status()) {
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

    /// The condition that pauses a running search, in the syntax of [Breakpoint#parse]; "" for none.
    public StringProperty breakpoints() {
        return breakpoints;
    }

    /// The error in the condition, "" for none. The last valid condition stays active.
    public ReadOnlyStringProperty breakpointError() {
        return breakpointError.getReadOnlyProperty();
    }

    /// Describes the event at the cursor.
    public ReadOnlyStringProperty happened() {
        return happened.getReadOnlyProperty();
    }

    /// The condition that paused the search, "" if none did.
    public String hit() {
        var at = live == null ? null : live.control().hit();
        return at == null ? "" : at.toString();
    }

    public void cancel() {
        if (live != null) live.control().cancel();
    }

    /// Takes the events since the last frame.
    ///
    /// @param nanos time of the frame
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
            if (event instanceof SearchEvent.Started(var started, var _, var _)) config.set(started);
            if (event instanceof SearchEvent.Sampled sampled)
                generated += sampled.cost().generated();
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
        phase.set(
                switch (outcome.end()) {
                    case FINISHED -> Phase.FINISHED;
                    case CANCELLED -> Phase.CANCELLED;
                    case FAILED -> Phase.FAILED;
                });
        ended.accept(search);
    }

    private void poll() {
        if (live == null) return;
        phase.set(
                switch (live.control().state()) {
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
        happened.set(
                upTo == 0 ? "" : EventText.of(timeline().events(upTo - 1, upTo).getFirst()));
        trees.submit(() -> made.at(upTo), snapshot::set, message::set);
    }

    /// The events and moments of the shown search, of this moment on; another search has another timeline.
    Timeline timeline() {
        return pictures.timeline();
    }

    private void readBreakpoints() {
        try {
            conditions = breakpoints.get() == null || breakpoints.get().isBlank()
                    ? List.of()
                    : List.of(Breakpoint.parse(breakpoints.get()));
            breakpointError.set("");
            if (live != null) live.control().breakAt(conditions);
        } catch (EspalierException unreadable) {
            breakpointError.set(unreadable.getMessage());
        }
    }
}
