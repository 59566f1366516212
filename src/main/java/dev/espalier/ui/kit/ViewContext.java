package dev.espalier.ui.kit;

import dev.espalier.experiment.Workbench;

/// The services that every view uses.
///
/// @param workbench  models, problems, searches, stored runs; call it only through `background`
/// @param background runs work that would block the window
/// @param settings persistent settings of the window
/// @param files      lets the user choose files
/// @param library    the available models and problem sets
public record ViewContext(
        Workbench workbench, Background background, WindowSettings settings, FileChoice files, Library library) {}
