/// Searches that are stored while they run, and results read from the store: pools, verdicts, the status of problems.
@NullMarked
package dev.espalier.experiment.run;

import org.jspecify.annotations.NullMarked;
