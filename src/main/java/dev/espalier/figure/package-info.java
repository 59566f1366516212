/// Tree, votes, scores and curves drawn from plain data on a Graphics2D: the same drawing on the screen and in a file.
@NullMarked
package dev.espalier.figure;

import org.jspecify.annotations.NullMarked;
