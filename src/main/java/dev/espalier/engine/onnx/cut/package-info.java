/// Runs a graph that is cut at its attentions, which Java computes.
@NullMarked
package dev.espalier.engine.onnx.cut;

import org.jspecify.annotations.NullMarked;
