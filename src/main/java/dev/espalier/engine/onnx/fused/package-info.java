/// Runs Espalier's own graphs and rewritten ones, whose KV is one memory for past and present.
@NullMarked
package dev.espalier.engine.onnx.fused;

import org.jspecify.annotations.NullMarked;
