/// Runs over problems, methods, budgets and seeds.
@NullMarked
package dev.espalier.experiment.sweep;

import org.jspecify.annotations.NullMarked;
