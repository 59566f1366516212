/// Runs a graph that is split at its attentions; Java computes the attention.
@NullMarked
package dev.espalier.engine.onnx.split;

import org.jspecify.annotations.NullMarked;
