package dev.espalier.ui.kit;

import java.nio.file.Path;
import java.util.Optional;

/// Asks the person for a file. A port: the real dialogue needs a desktop, tests and headless screens have none.
public interface FileChoice {

    /// @param title  of the dialogue
    /// @param kind   what the files are, for example "Problems (JSONL)"
    /// @param suffix for example "*.jsonl"
    /// @return empty where the person thought better of it
    Optional<Path> open(String title, String kind, String suffix);

    Optional<Path> save(String title, String kind, String suffix, String proposal);
}
