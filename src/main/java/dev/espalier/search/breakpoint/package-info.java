/// Conditions that pause a search.
@NullMarked
package dev.espalier.search.breakpoint;

import org.jspecify.annotations.NullMarked;
