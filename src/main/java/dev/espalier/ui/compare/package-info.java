/// The Compare perspective: sweeps, their progress and their curves.
@NullMarked
package dev.espalier.ui.compare;

import org.jspecify.annotations.NullMarked;
