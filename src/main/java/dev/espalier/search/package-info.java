/// The search machine: a strategy requests samples and scores in waves, and everything that happens is an event of the
/// log.
@NullMarked
package dev.espalier.search;

import org.jspecify.annotations.NullMarked;
