package dev.espalier.ui.search;

import dev.espalier.experiment.run.ProblemStatus;
import dev.espalier.problem.Problem;
import dev.espalier.problem.ProblemSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.ObjectBinding;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.collections.ObservableMap;
import javafx.collections.transformation.FilteredList;
import org.jspecify.annotations.Nullable;

/// The available problems, the filter, and the problem that the user typed.
public final class ProblemsModel {
    private static final Pattern LEVEL = Pattern.compile("(?:level:?|l)([0-5])");

    private final ObservableList<ProblemSet> sets;
    private final ObjectProperty<@Nullable ProblemSet> set = new SimpleObjectProperty<>();
    private final ObservableList<Problem> all = FXCollections.observableArrayList();
    private final FilteredList<Problem> shown = new FilteredList<>(all);
    private final StringProperty filter = new SimpleStringProperty("");
    private final ObjectProperty<@Nullable Problem> selected = new SimpleObjectProperty<>();
    private final BooleanProperty typing = new SimpleBooleanProperty();
    private final StringProperty typedText = new SimpleStringProperty("");
    private final StringProperty typedGold = new SimpleStringProperty("");
    private final ObservableMap<String, ProblemStatus> statuses = FXCollections.observableHashMap();
    private final ObjectBinding<@Nullable Problem> problem;

    /// @param sets the available sets; the first is shown initially
    public ProblemsModel(ObservableList<ProblemSet> sets) {
        this.sets = sets;
        sets.subscribe(() -> {
            if (set.get() == null && !sets.isEmpty()) set.set(sets.getFirst());
        });
        set.subscribe(chosen -> {
            all.setAll(chosen == null ? List.of() : chosen.problems());
            selected.set(shown.isEmpty() ? null : shown.getFirst());
        });
        filter.subscribe(text -> shown.setPredicate(matching(text == null ? "" : text)));
        problem = Bindings.createObjectBinding(this::current, typing, typedText, typedGold, selected);
    }

    public ObservableList<ProblemSet> sets() {
        return sets;
    }

    /// The set that the list shows; setting it selects its first problem.
    public ObjectProperty<@Nullable ProblemSet> set() {
        return set;
    }

    /// The problems of the set that pass the filter.
    public ObservableList<Problem> shown() {
        return shown;
    }

    public int total() {
        return all.size();
    }

    public StringProperty filter() {
        return filter;
    }

    public ObjectProperty<@Nullable Problem> selected() {
        return selected;
    }

    /// Whether the typed problem is used instead of the selected one.
    public BooleanProperty typing() {
        return typing;
    }

    public StringProperty typedText() {
        return typedText;
    }

    public StringProperty typedGold() {
        return typedGold;
    }

    /// The status by problem id, for problems with a search.
    public ObservableMap<String, ProblemStatus> statuses() {
        return statuses;
    }

    /// The problem for the next search, null if none is selected or typed.
    public ObjectBinding<@Nullable Problem> problem() {
        return problem;
    }

    /// Adds and shows a set. It replaces a set with the same source.
    public void opened(ProblemSet opened) {
        sets.removeIf(known -> known.source().equals(opened.source()));
        sets.add(opened);
        typing.set(false);
        filter.set("");
        set.set(opened);
    }

    /// Shows the problem of a stored search: selects it in a loaded set, otherwise enters its text as a typed
    /// problem.
    public void show(Problem wanted) {
        for (var candidate : sets) {
            for (var known : candidate.problems()) {
                if (!known.id().equals(wanted.id()) || !known.text().equals(wanted.text())) continue;
                typing.set(false);
                filter.set("");
                set.set(candidate);
                selected.set(known);
                return;
            }
        }
        typedText.set(wanted.text());
        typedGold.set(wanted.gold() == null ? "" : wanted.gold());
        typing.set(true);
    }

    private @Nullable Problem current() {
        if (!typing.get()) return selected.get();
        if (typedText.get() == null || typedText.get().isBlank()) return null;
        return Problem.typed(
                typedText.get(),
                typedGold.get() == null || typedGold.get().isBlank()
                        ? null
                        : typedGold.get().strip());
    }

    /// Every word must occur in the text, subject or id; "level:3" or "L3" filters by level.
    static Predicate<Problem> matching(String filter) {
        var tests = new ArrayList<Predicate<Problem>>();
        for (var word : filter.toLowerCase(Locale.ROOT).strip().split("\\s+")) {
            if (word.isEmpty()) continue;
            var level = LEVEL.matcher(word);
            if (level.matches()) {
                int wanted = Integer.parseInt(level.group(1));
                tests.add(problem -> problem.level() == wanted);
            } else {
                tests.add(problem -> (problem.text() + '\n' + problem.subject() + '\n' + problem.id())
                        .toLowerCase(Locale.ROOT)
                        .contains(word));
            }
        }
        return problem -> tests.stream().allMatch(test -> test.test(problem));
    }
}
