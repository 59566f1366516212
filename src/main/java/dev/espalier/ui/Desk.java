package dev.espalier.ui;

import dev.espalier.experiment.Workbench;

/// What every perspective works with.
///
/// @param workbench  models, problems, searches, stored runs; call it through `background` only
/// @param background where work is done that would hold up the window
/// @param remembered from one time to the next
/// @param files      asks for files
public record Desk(Workbench workbench, Background background, Remembered remembered, FileChoice files) {}
