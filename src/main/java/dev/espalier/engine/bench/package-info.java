/// Measures the speed of models, and compares it with a plain loop.
@NullMarked
package dev.espalier.engine.bench;

import org.jspecify.annotations.NullMarked;
