package dev.espalier.experiment;

import java.nio.file.Path;

/// A model folder that was found.
///
/// @param kind    "policy" or "prm"
/// @param problem "" where it can be used, else one sentence that says what is wrong with it
public record ModelEntry(String name, String kind, Path folder, String description, long parameters, String problem) {
    public boolean usable() {
        return problem.isEmpty();
    }
}
