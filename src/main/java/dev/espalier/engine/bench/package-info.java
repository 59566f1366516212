/// Measures how fast models are, beside a plain loop.
@NullMarked
package dev.espalier.engine.bench;

import org.jspecify.annotations.NullMarked;
