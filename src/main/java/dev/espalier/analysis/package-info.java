/// Statistics of stored searches: coverage, accuracy at a budget, intervals. Pure functions.
@NullMarked
package dev.espalier.analysis;

import org.jspecify.annotations.NullMarked;
