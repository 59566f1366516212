/// Searches that are stored while they run, and what is read back: pools, verdicts, the status of problems.
@NullMarked
package dev.espalier.experiment.run;

import org.jspecify.annotations.NullMarked;
