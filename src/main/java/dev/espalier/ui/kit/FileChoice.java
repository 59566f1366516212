package dev.espalier.ui.kit;

import java.nio.file.Path;
import java.util.Optional;

/// Lets the user choose a file. A port, because the real dialog needs a desktop, which tests do not have.
public interface FileChoice {

    /// @param title  title of the dialog
    /// @param kind   description of the files, for example "Problems (JSONL)"
    /// @param suffix for example "*.jsonl"
    /// @return empty if the user cancelled
    Optional<Path> open(String title, String kind, String suffix);

    Optional<Path> save(String title, String kind, String suffix, String proposal);
}
