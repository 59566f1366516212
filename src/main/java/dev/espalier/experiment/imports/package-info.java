/// Imports of other programs' outputs as runs.
@NullMarked
package dev.espalier.experiment.imports;

import org.jspecify.annotations.NullMarked;
