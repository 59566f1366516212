package dev.espalier.ui.shell;

import dev.espalier.experiment.SweepProgress;
import dev.espalier.ui.Desk;
import dev.espalier.ui.Words;
import dev.espalier.ui.compare.CompareModel;
import dev.espalier.ui.search.Phase;
import dev.espalier.ui.search.SearchModel;
import java.nio.file.Path;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.DoubleBinding;
import javafx.beans.binding.StringBinding;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;

/// The words of the status bar.
final class StatusModel {
    private final Desk desk;
    private final ReadOnlyStringWrapper device = new ReadOnlyStringWrapper("no run yet");
    private final ReadOnlyStringWrapper database = new ReadOnlyStringWrapper("");
    private final StringBinding rate;
    private final StringBinding work;
    private final DoubleBinding share;

    StatusModel(Desk desk, SearchModel search, CompareModel compare) {
        this.desk = desk;
        rate = Bindings.createStringBinding(() -> {
            double sum = search.tree().tokensPerSecond().get() + (compare.running().get() ? compare.progress().get().tokensPerSecond() : 0);
            return sum < 0.5 ? "" : Words.whole(Math.round(sum)) + " tokens/s";
        }, search.tree().tokensPerSecond(), compare.running(), compare.progress());
        work = Bindings.createStringBinding(() -> {
            var phase = search.tree().phase().get();
            String one = phase == Phase.PAUSED ? "search paused" : phase.live() ? "search running" : "";
            var swept = compare.progress().get();
            String many = compare.running().get() ? "sweep " + swept.done() + " of " + swept.total() : "";
            String both = one.isEmpty() || many.isEmpty() ? one + many : one + " · " + many;
            return both.isEmpty() ? "idle" : both;
        }, search.tree().phase(), compare.running(), compare.progress());
        share = Bindings.createDoubleBinding(() -> share(compare), compare.running(), compare.progress());
        search.tree().config().subscribe((_, _) -> load());
        compare.progress().subscribe((before, now) -> {
            if (before.done() == 0 && now.done() > 0) load();
        });
        load();
    }

    /// What the models ran on last, with precision.
    ReadOnlyStringProperty device() { return device.getReadOnlyProperty(); }

    StringBinding rate() { return rate; }

    StringBinding work() { return work; }

    /// Of the sweep, -1 while none is running.
    DoubleBinding share() { return share; }

    ReadOnlyStringProperty database() { return database.getReadOnlyProperty(); }

    /// Reads what the models run on, or ran on last, and the database's name.
    void load() {
        desk.background().run(() -> desk.workbench().settings().database(), path -> database.set(name(path)), _ -> { });
        desk.background().run(() -> lastDevice(),
            found -> device.set(found.isEmpty() ? device.get() : found), _ -> { });
    }

    private String lastDevice() {
        var now = desk.workbench().device();
        return now.isEmpty() ? desk.workbench().runs().stream().filter(run -> !run.run().imported()).findFirst().map(run -> run.run().device()).orElse("") : now;
    }

    private static String name(Path database) {
        return database.getFileName().toString();
    }

    private static double share(CompareModel compare) {
        SweepProgress now = compare.progress().get();
        return !compare.running().get() || now.total() == 0 ? -1 : (double) now.done() / now.total();
    }
}
