package dev.espalier.experiment.models;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A model folder that was found: one with the model in it, or one that describes an endpoint.
///
/// @param name     what it is chosen by: the folder's name, and `@` and the precision where the folder has several
/// @param kind     "policy" or "prm"
/// @param problem  "" where it can be used, else one sentence that says what is wrong with it
/// @param endpoint the addresses of the servers that have it, "" for a model of this machine
/// @param notes    how it was recognised and what to expect of it, "" where there is nothing to say
/// @param precision of its weights, "" where that is the server's affair or not known
public record ModelEntry(String name, String kind, Path folder, String description, long parameters, String problem, String endpoint, String notes, String precision) {
    public ModelEntry(String name, String kind, Path folder, String description, long parameters, String problem) {
        this(name, kind, folder, description, parameters, problem, "", "", "");
    }

    public boolean usable() {
        return problem.isEmpty();
    }

    /// Why servers do not get the key that their file names, by the models' names.
    public static Map<String, String> withheldKeys(List<ModelEntry> models) {
        return models.stream().filter(model -> !model.local() && !model.notes.isEmpty()).collect(Collectors.toMap(ModelEntry::name, ModelEntry::notes, (a, _) -> a));
    }

    public boolean local() {
        return endpoint.isEmpty();
    }
}
