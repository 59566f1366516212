package dev.espalier.ui.runs;

import dev.espalier.store.RunRecord;
import dev.espalier.store.RunSummary;
import dev.espalier.store.SearchStatus;
import dev.espalier.store.SearchSummary;
import dev.espalier.ui.kit.LatestWins;
import dev.espalier.ui.kit.ViewContext;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.collections.transformation.FilteredList;
import org.jspecify.annotations.Nullable;

/// The view model of the Runs perspective: the stored runs, and the searches of the selected one.
public final class RunsModel {
    private final ViewContext context;
    private final ObservableList<RunSummary> all = FXCollections.observableArrayList();
    private final FilteredList<RunSummary> shown = new FilteredList<>(all);
    private final StringProperty filter = new SimpleStringProperty("");
    private final ReadOnlyObjectWrapper<@Nullable RunSummary> selected = new ReadOnlyObjectWrapper<>();
    private final ObservableList<SearchSummary> searches = FXCollections.observableArrayList();
    private final ReadOnlyStringWrapper message = new ReadOnlyStringWrapper("");
    private final ReadOnlyBooleanWrapper loaded = new ReadOnlyBooleanWrapper();
    private final LatestWins listing;
    private final LatestWins reading;
    private final ImportModel imports;
    private long wanted;

    public RunsModel(ViewContext context) {
        this.context = context;
        listing = new LatestWins(context.background());
        reading = new LatestWins(context.background());
        imports = new ImportModel(context, report -> {
            wanted = report.runs().isEmpty() ? 0 : report.runs().getFirst();
            load();
        });
        filter.subscribe(text -> shown.setPredicate(matching(text == null ? "" : text)));
    }

    /// The runs that pass the filter, newest first.
    public ObservableList<RunSummary> shown() {
        return shown;
    }

    public int total() {
        return all.size();
    }

    public StringProperty filter() {
        return filter;
    }

    public ReadOnlyObjectProperty<@Nullable RunSummary> selected() {
        return selected.getReadOnlyProperty();
    }

    /// The searches of the selected run.
    public ObservableList<SearchSummary> searches() {
        return searches;
    }

    public ReadOnlyStringProperty message() {
        return message.getReadOnlyProperty();
    }

    /// Whether the list has been read at least once.
    public ReadOnlyBooleanProperty loaded() {
        return loaded.getReadOnlyProperty();
    }

    public ImportModel imports() {
        return imports;
    }

    /// Called once per frame.
    public void frame() {
        imports.frame();
    }

    /// Reads the list of runs again and keeps the selection.
    public void load() {
        listing.submit(
                context.workbench().runs()::list,
                found -> {
                    var before = selected.get();
                    message.set("");
                    if (!found.equals(all)) all.setAll(found);
                    loaded.set(true);
                    long chosen =
                            wanted != 0 ? wanted : before != null ? before.run().id() : 0;
                    wanted = 0;
                    found.stream()
                            .filter(run -> run.run().id() == chosen)
                            .findFirst()
                            .ifPresent(this::select);
                },
                message::set);
    }

    public void select(@Nullable RunSummary run) {
        selected.set(run);
        if (run == null) {
            reading.forget();
            searches.clear();
            return;
        }
        message.set(run.warning());
        reading.submit(() -> context.workbench().runs().searches(run.run().id()), this::show, message::set);
    }

    private void show(List<SearchSummary> found) {
        searches.setAll(found);
        if (message.get().isEmpty())
            found.stream()
                    .filter(search -> search.status() == SearchStatus.DAMAGED)
                    .findFirst()
                    .ifPresent(search -> message.set(search.failure()));
    }

    /// The state of a run in one word.
    public static String state(RunSummary run) {
        if (run.damaged()) return "damaged";
        if (run.owner() != null) return "running";
        if (run.complete()) return run.failed() == 0 ? "complete" : run.failed() + " failed";
        return run.cancelled() > 0 ? "cancelled" : "incomplete";
    }

    /// The state of a search in one word.
    public static String state(SearchSummary search) {
        return switch (search.status()) {
            case RUNNING -> "running";
            case INTERRUPTED -> "interrupted";
            case DAMAGED -> "damaged";
            case FINISHED -> "finished";
            case FAILED -> "failed";
            case CANCELLED -> "cancelled";
        };
    }

    public static boolean resumable(SearchSummary search) {
        return search.status().resumable();
    }

    /// Every word must occur in the run's name, set or configuration, for example "n=16" or "seed=3".
    static Predicate<RunSummary> matching(String filter) {
        var words = filter.toLowerCase(Locale.ROOT).strip().split("\\s+");
        return run -> {
            var text = text(run);
            for (var word : words) if (!text.contains(word)) return false;
            return true;
        };
    }

    private static String text(RunSummary summary) {
        RunRecord run = summary.run();
        var config = run.config();
        return String.join(
                        " ",
                        List.of(
                                run.name(),
                                run.sweep(),
                                run.problemSet(),
                                config.strategy(),
                                config.parameters().toString(),
                                "seed=" + config.seed(),
                                "t=" + config.generation().temperature(),
                                config.policy(),
                                config.reward(),
                                config.reduction().label(),
                                state(summary)))
                .toLowerCase(Locale.ROOT);
    }
}
