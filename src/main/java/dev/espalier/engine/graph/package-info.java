/// Graphs as files: what they say of themselves, and rewriting, cutting and rounding them.
@NullMarked
package dev.espalier.engine.graph;

import org.jspecify.annotations.NullMarked;
