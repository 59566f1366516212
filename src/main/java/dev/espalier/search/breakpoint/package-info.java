/// Conditions under which a search pauses.
@NullMarked
package dev.espalier.search.breakpoint;

import org.jspecify.annotations.NullMarked;
