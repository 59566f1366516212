/// The window: one view a perspective.
@NullMarked
package dev.espalier.ui;

import org.jspecify.annotations.NullMarked;
