/// The Search perspective: choose a problem, run a strategy on it, watch the tree grow, inspect a candidate.
@NullMarked
package dev.espalier.ui.search;

import org.jspecify.annotations.NullMarked;
