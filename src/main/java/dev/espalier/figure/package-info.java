/// Draws trees, votes, scores and curves from plain data on a Graphics2D, the same on screen and in files.
@NullMarked
package dev.espalier.figure;

import org.jspecify.annotations.NullMarked;
