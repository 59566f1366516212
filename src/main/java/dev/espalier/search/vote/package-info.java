/// The answer groups of candidates, and the votes over them.
@NullMarked
package dev.espalier.search.vote;

import org.jspecify.annotations.NullMarked;
