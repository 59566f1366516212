package dev.espalier.ui.shell;

import dev.espalier.ui.kit.FileChoice;
import java.nio.file.Path;
import java.util.Optional;

/// A user who always chooses the same file.
///
/// @param chosen empty if the user cancels
record ChosenFile(Optional<Path> chosen) implements FileChoice {
    @Override
    public Optional<Path> open(String title, String kind, String suffix) {
        return chosen;
    }

    @Override
    public Optional<Path> save(String title, String kind, String suffix, String proposal) {
        return chosen;
    }
}
