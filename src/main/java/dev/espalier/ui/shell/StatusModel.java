package dev.espalier.ui.shell;

import dev.espalier.ui.kit.Activity;
import dev.espalier.ui.kit.DisplayText;
import dev.espalier.ui.kit.Perspective;
import dev.espalier.ui.kit.ViewContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.value.ObservableValue;

/// The texts of the status bar.
final class StatusModel {
    private final ViewContext context;
    private final List<? extends ObservableValue<Activity>> activities;
    private final ReadOnlyStringWrapper device = new ReadOnlyStringWrapper("no run yet");
    private final ReadOnlyStringWrapper database = new ReadOnlyStringWrapper("");
    private final ReadOnlyStringWrapper rate = new ReadOnlyStringWrapper("");
    private final ReadOnlyStringWrapper work = new ReadOnlyStringWrapper("idle");
    private final ReadOnlyDoubleWrapper share = new ReadOnlyDoubleWrapper(-1);

    StatusModel(ViewContext context, List<? extends Perspective> perspectives) {
        this.context = context;
        activities = perspectives.stream()
                .map(Perspective::activity)
                .filter(Objects::nonNull)
                .toList();
        for (var activity : activities)
            activity.subscribe((before, now) -> {
                refresh();
                // The models are open now, so the device is known.
                if (before.tokensPerSecond() <= 0 && now.tokensPerSecond() > 0) load();
            });
        refresh();
        load();
    }

    /// The device of the last run, with the precision.
    ReadOnlyStringProperty device() {
        return device.getReadOnlyProperty();
    }

    ReadOnlyStringProperty rate() {
        return rate.getReadOnlyProperty();
    }

    ReadOnlyStringProperty work() {
        return work.getReadOnlyProperty();
    }

    /// Finished share of the work, negative if unknown.
    ReadOnlyDoubleProperty share() {
        return share.getReadOnlyProperty();
    }

    ReadOnlyStringProperty database() {
        return database.getReadOnlyProperty();
    }

    /// Reads the current or last device and the name of the database.
    void load() {
        context.background()
                .run(() -> context.workbench().settings().database(), path -> database.set(name(path)), _ -> {});
        context.background()
                .run(() -> lastDevice(), found -> device.set(found.isEmpty() ? device.get() : found), _ -> {});
    }

    private void refresh() {
        var now = activities.stream().map(ObservableValue::getValue).toList();
        double sum = now.stream().mapToDouble(Activity::tokensPerSecond).sum();
        rate.set(sum < 0.5 ? "" : DisplayText.whole(Math.round(sum)) + " tokens/s");
        var words = now.stream()
                .map(Activity::description)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(" · "));
        work.set(words.isEmpty() ? "idle" : words);
        share.set(now.stream()
                .mapToDouble(Activity::share)
                .filter(done -> done >= 0)
                .findFirst()
                .orElse(-1));
    }

    private String lastDevice() {
        var now = context.workbench().models().device();
        return now.isEmpty() ? context.workbench().runs().lastDevice() : now;
    }

    private static String name(Path database) {
        return database.getFileName().toString();
    }
}
