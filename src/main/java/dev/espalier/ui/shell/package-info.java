/// The window: the start of JavaFX, and everything around the perspectives: menu, rail, status bar, palette, shortcut
/// help.
@NullMarked
package dev.espalier.ui.shell;

import org.jspecify.annotations.NullMarked;
