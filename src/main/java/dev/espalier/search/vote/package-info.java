/// The answer groups of candidates, and who wins.
@NullMarked
package dev.espalier.search.vote;

import org.jspecify.annotations.NullMarked;
