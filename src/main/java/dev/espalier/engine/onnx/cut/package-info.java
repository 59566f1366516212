/// Runs a graph that is split at its attentions; Java computes the attention.
@NullMarked
package dev.espalier.engine.onnx.cut;

import org.jspecify.annotations.NullMarked;
