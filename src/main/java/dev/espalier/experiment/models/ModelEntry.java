package dev.espalier.experiment.models;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A model folder: it holds the model, or it describes an endpoint.
///
/// @param name     the name to choose it by: the folder's name, with `@` and the precision if the folder has several
/// @param kind     "policy" or "prm"
/// @param problem  why it is unusable, in one sentence; "" if it is usable
/// @param endpoint the addresses of its servers, "" for a local model
/// @param notes    how it was recognised and what to expect of it; can be ""
/// @param precision of its weights, "" if unknown or chosen by the server
public record ModelEntry(
        String name,
        String kind,
        Path folder,
        String description,
        long parameters,
        String problem,
        String endpoint,
        String notes,
        String precision) {
    public ModelEntry(String name, String kind, Path folder, String description, long parameters, String problem) {
        this(name, kind, folder, description, parameters, problem, "", "", "");
    }

    public boolean usable() {
        return problem.isEmpty();
    }

    /// Why servers do not get the key that their file names, by the models' names.
    public static Map<String, String> withheldKeys(List<ModelEntry> models) {
        return models.stream()
                .filter(model -> !model.local() && !model.notes.isEmpty())
                .collect(Collectors.toMap(ModelEntry::name, ModelEntry::notes, (a, _) -> a));
    }

    public boolean local() {
        return endpoint.isEmpty();
    }
}
