/// Runs Espalier's own graphs and rewritten ones, whose past and present share one memory.
@NullMarked
package dev.espalier.engine.onnx.fused;

import org.jspecify.annotations.NullMarked;
