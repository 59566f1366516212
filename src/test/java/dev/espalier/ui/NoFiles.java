package dev.espalier.ui;

import java.nio.file.Path;
import java.util.Optional;

/// A person who always thinks better of choosing a file.
final class NoFiles implements FileChoice {
    @Override
    public Optional<Path> open(String title, String kind, String suffix) { return Optional.empty(); }

    @Override
    public Optional<Path> save(String title, String kind, String suffix, String proposal) { return Optional.empty(); }
}
