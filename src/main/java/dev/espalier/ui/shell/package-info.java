/// The window: where the program starts its toolkit, and what stands around the perspectives: menu, rail, status bar, palette, shortcut help.
@NullMarked
package dev.espalier.ui.shell;

import org.jspecify.annotations.NullMarked;
