/// The Runs perspective: stored runs, run cards, the searches of a run.
@NullMarked
package dev.espalier.ui.runs;

import org.jspecify.annotations.NullMarked;
