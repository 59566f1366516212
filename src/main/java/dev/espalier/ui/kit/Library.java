package dev.espalier.ui.kit;

import dev.espalier.experiment.models.ModelEntry;
import dev.espalier.experiment.Workbench;
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

/// The models and problem sets on offer. Every form listens to this one list, so a model or a file added in one view is there in all.
public final class Library {
    private final Workbench workbench;
    private final Background background;
    private final ReadOnlyObjectWrapper<@Nullable List<ModelEntry>> models = new ReadOnlyObjectWrapper<>();
    private final ObservableList<ProblemSet> sets = FXCollections.observableArrayList();
    private final ReadOnlyStringWrapper modelTrouble = new ReadOnlyStringWrapper("");
    private final ReadOnlyStringWrapper setTrouble = new ReadOnlyStringWrapper("");
    private final ReadOnlyBooleanWrapper loaded = new ReadOnlyBooleanWrapper();

    public Library(Workbench workbench, Background background) {
        this.workbench = workbench;
        this.background = background;
    }

    /// Usable and broken ones; null until they have been read.
    public ReadOnlyObjectProperty<@Nullable List<ModelEntry>> models() { return models.getReadOnlyProperty(); }

    public ObservableList<ProblemSet> sets() { return sets; }

    /// Why the models cannot be read, "" otherwise.
    public ReadOnlyStringProperty modelTrouble() { return modelTrouble.getReadOnlyProperty(); }

    /// What is wrong with the problem files, "" otherwise.
    public ReadOnlyStringProperty setTrouble() { return setTrouble.getReadOnlyProperty(); }

    /// Whether models and problem sets have been read.
    public ReadOnlyBooleanProperty loaded() { return loaded.getReadOnlyProperty(); }

    /// Names of the models that can be used.
    public Set<String> names() {
        var found = models.get();
        return found == null ? Set.of() : found.stream().filter(ModelEntry::usable).map(ModelEntry::name).collect(Collectors.toUnmodifiableSet());
    }

    public void load() {
        loadModels(() -> background.run(workbench.problems()::list, found -> {
            sets.setAll(found);
            setTrouble.set(String.join("\n", workbench.problems().warnings()));
            loaded.set(true);
        }, setTrouble::set));
    }

    /// Reads the models again.
    ///
    /// @param then runs once every form offers them
    public void loadModels(Runnable then) {
        modelTrouble.set("");
        background.run(workbench.models()::entries, found -> {
            models.set(found);
            then.run();
        }, modelTrouble::set);
    }
}
