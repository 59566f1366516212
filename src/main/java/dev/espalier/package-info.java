/// The program, a room a package; errors that a person can act on.
@NullMarked
package dev.espalier;

import org.jspecify.annotations.NullMarked;
