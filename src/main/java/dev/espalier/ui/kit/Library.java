package dev.espalier.ui.kit;

import dev.espalier.experiment.Workbench;
import dev.espalier.experiment.models.ModelEntry;
import dev.espalier.problem.ProblemSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// The available models and problem sets. All forms observe this list, so a model or file that is added in one view
/// appears in all.
public final class Library {
    private final Workbench workbench;
    private final Background background;
    private final ReadOnlyObjectWrapper<@Nullable List<ModelEntry>> models = new ReadOnlyObjectWrapper<>();
    private final ObservableList<ProblemSet> sets = FXCollections.observableArrayList();
    private final ReadOnlyStringWrapper modelError = new ReadOnlyStringWrapper("");
    private final ReadOnlyStringWrapper problemFileError = new ReadOnlyStringWrapper("");
    private final ReadOnlyBooleanWrapper loaded = new ReadOnlyBooleanWrapper();

    public Library(Workbench workbench, Background background) {
        this.workbench = workbench;
        this.background = background;
    }

    /// Usable and broken models; null until they have been read.
    public ReadOnlyObjectProperty<@Nullable List<ModelEntry>> models() {
        return models.getReadOnlyProperty();
    }

    public ObservableList<ProblemSet> sets() {
        return sets;
    }

    /// The error when reading the models, "" for none.
    public ReadOnlyStringProperty modelError() {
        return modelError.getReadOnlyProperty();
    }

    /// The error in the problem files, "" for none.
    public ReadOnlyStringProperty problemFileError() {
        return problemFileError.getReadOnlyProperty();
    }

    /// Whether models and problem sets have been read.
    public ReadOnlyBooleanProperty loaded() {
        return loaded.getReadOnlyProperty();
    }

    /// Names of the usable models.
    public Set<String> names() {
        var found = models.get();
        return found == null
                ? Set.of()
                : found.stream()
                        .filter(ModelEntry::usable)
                        .map(ModelEntry::name)
                        .collect(Collectors.toUnmodifiableSet());
    }

    public void load() {
        loadModels(() -> background.run(
                workbench.problems()::list,
                found -> {
                    sets.setAll(found);
                    problemFileError.set(String.join("\n", workbench.problems().warnings()));
                    loaded.set(true);
                },
                problemFileError::set));
    }

    /// Reads the models again.
    ///
    /// @param then runs after all forms have the models
    public void loadModels(Runnable then) {
        modelError.set("");
        background.run(
                workbench.models()::entries,
                found -> {
                    models.set(found);
                    then.run();
                },
                modelError::set);
    }
}
