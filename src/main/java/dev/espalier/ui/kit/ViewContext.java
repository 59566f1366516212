package dev.espalier.ui.kit;

import dev.espalier.experiment.Workbench;

/// What every view works with.
///
/// @param workbench  models, problems, searches, stored runs; call it through `background` only
/// @param background runs work that would block the window
/// @param remembered settings that outlive the window
/// @param files      asks the person for files
/// @param library    the models and problem sets on offer
public record ViewContext(Workbench workbench, Background background, Remembered remembered, FileChoice files, Library library) {}
